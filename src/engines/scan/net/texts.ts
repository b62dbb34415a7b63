import type { DslSetup } from "../dsl/setup.ts";
import { FailureError } from "../http/failure.ts";
import type { Section } from "../template/section.ts";
import { compileText, type TextPattern } from "../template/text.ts";
import type { Scope } from "../value/scope.ts";

const nothing: TextPattern = { source: "", isStatic: true, names: [], render: () => "" };

/** Compiles a text that stands under `key`; what cannot be compiled is complained about and reads as empty. */
export const readText = (section: Section, key: string, source: string, line?: number): TextPattern => {
  const text = compileText(source);
  if (!("problem" in text)) return text;
  section.complain(text.kind, key, text.problem, line);
  return nothing;
};

/**
 * Puts the values in.
 *
 * @throws FailureError when one of them has none: such a request is not sent
 */
export const renderAll = async (
  texts: readonly TextPattern[],
  scope: Scope,
  dsl: DslSetup,
): Promise<readonly string[]> => {
  const rendered: string[] = [];
  const unresolved: string[] = [];
  for (const text of texts) rendered.push(await text.render(scope, dsl, unresolved));
  if (unresolved.length === 0) return rendered;
  throw new FailureError("protocol", `not sent: no value for ${[...new Set(unresolved)].join(", ")}`);
};

/** @throws FailureError as `renderAll` does */
export const renderOne = async (text: TextPattern, scope: Scope, dsl: DslSetup): Promise<string> =>
  (await renderAll([text], scope, dsl))[0] ?? "";
