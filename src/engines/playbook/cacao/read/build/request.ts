import type { Template } from "../../model/text.ts";
import type { Path } from "../findings.ts";
import type { Reading } from "./context.ts";

/** What a request begins with. */
export interface StartLine {
  readonly method: string;
  readonly target: Template;
}

const startLineShape = /^\s*([A-Za-z]+)\s+(\S(?:.*\S)?)\s+HTTP\/?\d(?:\.\d)?\s*$/i;
/** Methods that make a proxy of the server, or show what it was sent. */
const refusedMethods = new Set(["CONNECT", "TRACE"]);

/** Reads a start line. Its target may lack the leading slash, as in SOARCA's playbooks. */
export const startLineOf = (written: string, path: Path, { findings, texts }: Reading): StartLine | undefined => {
  const [, method, target] = startLineShape.exec(written) ?? [];
  if (method === undefined || target === undefined) {
    findings.add(
      "request-line",
      path,
      "is no start line: write method, target and version, such as GET /status HTTP/1.1",
    );
    return undefined;
  }
  const upper = method.toUpperCase();
  if (refusedMethods.has(upper)) {
    findings.add("request-method", path, `asks by ${upper}, which is not sent: ask by another method`);
    return undefined;
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) {
    findings.add(
      "request-line",
      path,
      "has a whole URL as its target: write its path, and the rest as address of the target",
    );
    return undefined;
  }
  const template = texts.template(target, path);
  if (template.some((part) => typeof part === "string" && /\s/.test(part))) {
    findings.add("request-line", path, "has white space in its target: write it as %20");
    return undefined;
  }
  return { method: upper, target: slashed(template) };
};

/** A target that begins with a variable stays as it is: its value may have the slash. */
const slashed = (target: Template): Template => {
  const [first, ...rest] = target;
  return typeof first === "string" && !first.startsWith("/") ? [`/${first}`, ...rest] : target;
};

const headerNameShape = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Reads headers (RFC 9110, section 5). */
export const headersOf = (
  written: Readonly<Record<string, readonly string[]>> | undefined,
  path: Path,
  { findings, texts }: Reading,
): readonly { readonly name: string; readonly values: readonly Template[] }[] =>
  Object.entries(written ?? {}).flatMap(([name, values]) => {
    if (!headerNameShape.test(name)) {
      findings.add("header", [...path, name], "is no name of a header: letters, digits and !#$%&'*+.^_`|~-");
      return [];
    }
    return [
      { name, values: values.map((value, at) => headerValueOf(value, [...path, name, at], { findings, texts })) },
    ];
  });

const headerValueOf = (value: string, path: Path, { findings, texts }: Reading): Template => {
  if (/[\r\n\0]/.test(value)) findings.add("header", path, "has a line break in it: a header is one line");
  return texts.template(value, path);
};
