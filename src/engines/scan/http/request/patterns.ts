import { validateHeaderName } from "node:http";
import { asError } from "../../../../base/errors.ts";
import type { DslSetup } from "../../dsl/expression.ts";
import type { Section } from "../../template/section.ts";
import { compileText, type TextPattern } from "../../template/text.ts";
import { hasControl } from "./header-list.ts";
import type { Scope } from "../../value/scope.ts";
import { bytesOf } from "../../value/value.ts";

/** Compiles a text of the section, or reports why it cannot be. */
export const compileOrComplain = (
  section: Section,
  key: string,
  text: string,
  line?: number,
): TextPattern | undefined => {
  const pattern = compileText(text);
  if (!("problem" in pattern)) return pattern;
  section.complain(pattern.kind, key, pattern.problem, line);
  return undefined;
};

/** Line ends become CR LF unless the text already has one, as in nuclei. */
export const withWireLineEnds = (text: string): string =>
  text.includes("\r\n") ? text : text.replaceAll("\n", "\r\n");

/** What stands under `headers` and `body`, for all requests of a block. */
export interface CommonPatterns {
  readonly headers: readonly { readonly name: string; readonly value: TextPattern }[];
  readonly body: TextPattern | undefined;
  /** Nothing is to be put into the headers. */
  readonly staticHeaders: boolean;
}

export const readCommonPatterns = (section: Section): CommonPatterns => {
  const headers = readHeaders(section);
  const body = section.string("body") ?? "";
  return {
    headers,
    body: body === "" ? undefined : compileOrComplain(section, "body", withWireLineEnds(body)),
    staticHeaders: headers.every(({ value }) => value.isStatic),
  };
};

const readHeaders = (section: Section): CommonPatterns["headers"] => {
  const headers = section.section("headers");
  if (headers === undefined) return [];
  return headers.keys().flatMap(({ value: name, line }) => {
    const text = headers.string(name);
    const pattern = text === undefined ? undefined : compileOrComplain(headers, name, text, line);
    if (pattern === undefined) return [];
    if (pattern.isStatic && hasControl(text ?? "")) {
      headers.complain("invalid", name, "has a control character in its value", line);
    }
    try {
      validateHeaderName(name);
    } catch (thrown) {
      headers.complain("invalid", name, asError(thrown).message, line);
      return [];
    }
    return [{ name: bytesOf(name), value: pattern }];
  });
};

/** Names and values in turn. */
export const renderHeaders = async (
  { headers }: CommonPatterns,
  scope: Scope,
  dsl: DslSetup,
  unresolved: string[],
): Promise<readonly string[]> => {
  const pairs: string[] = [];
  for (const { name, value } of headers) pairs.push(name, await value.render(scope, dsl, unresolved));
  return pairs;
};
