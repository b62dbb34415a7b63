import { DslError } from "../dsl/error.ts";
import type { DslSetup } from "../dsl/setup.ts";
import { splitText, type TextPiece } from "../dsl/split-text.ts";
import { printed } from "../value/printed.ts";
import type { Scope } from "../value/scope.ts";
import { bytesOf } from "../value/value.ts";

/** A text with placeholders, compiled once and rendered for each request. */
export interface TextPattern {
  readonly source: string;
  /** There is nothing in it to be put in. */
  readonly isStatic: boolean;
  /** Names of the variables that it may use. */
  readonly names: readonly string[];
  /**
   * The text as a byte string, with the values put in. What a value contains is never evaluated. A placeholder without
   * a value stays as it is written and is named in `unresolved`. A promise only if an expression in it has to wait.
   */
  render(scope: Scope, dsl: DslSetup, unresolved?: string[]): string | Promise<string>;
}

/** Why a text cannot be compiled: it calls a helper that is not run. */
export interface TextProblem {
  readonly kind: "refused" | "invalid";
  readonly problem: string;
}

type Marked = Exclude<TextPiece, string>;

/** Of a rendered text. A value that would make it longer counts as none: texts made of each other double each time. */
const maxBytes = 16 * 1024 * 1024;

/** Compiles the `{{…}}` and `§…§` of a text. */
export const compileText = (source: string): TextPattern | TextProblem => {
  const split = splitText(source);
  if ("problem" in split) return split;
  const pieces = split.map((piece) => (typeof piece === "string" ? bytesOf(piece) : piece));
  const marked = pieces.filter((piece) => typeof piece !== "string");
  const names = [...new Set(marked.flatMap(({ name, expression }) => name ?? expression?.variables ?? []))];
  const only = pieces.length === 0 ? "" : pieces.length === 1 ? pieces[0] : undefined;
  if (typeof only === "string") return { source, isStatic: true, names, render: () => only };
  return {
    source,
    isStatic: false,
    names,
    render: (scope, dsl, unresolved) => {
      let text = "";
      for (const [at, piece] of pieces.entries()) {
        const shown = typeof piece === "string" ? piece : show(piece, scope, dsl, unresolved);
        if (typeof shown !== "string") return showRest(text, shown, pieces.slice(at), scope, dsl, unresolved);
        text += fitting(text, shown, piece, unresolved);
      }
      return text;
    },
  };
};

/** The rest of a text, once its first piece, an expression, has to be waited for. */
const showRest = async (
  before: string,
  awaited: Promise<string>,
  rest: readonly (string | Marked)[],
  scope: Scope,
  dsl: DslSetup,
  unresolved: string[] | undefined,
): Promise<string> => {
  let text = before;
  let shown: string | Promise<string> = awaited;
  for (const [at, piece] of rest.entries()) {
    if (at > 0) shown = typeof piece === "string" ? piece : show(piece, scope, dsl, unresolved);
    text += fitting(text, await shown, piece, unresolved);
  }
  return text;
};

/** What is put behind a text for one of its pieces. */
const fitting = (text: string, shown: string, piece: string | Marked, unresolved: string[] | undefined): string =>
  typeof piece === "string" || text.length + shown.length <= maxBytes ? shown : left(piece, unresolved);

const show = (
  piece: Marked,
  scope: Scope,
  dsl: DslSetup,
  unresolved: string[] | undefined,
): string | Promise<string> => {
  const { name, expression } = piece;
  const known = name === undefined ? undefined : scope.get(name);
  if (name !== undefined && known !== undefined) {
    unresolved?.push(...(scope.lacking?.(name) ?? []));
    return printed(known);
  }
  if (expression === undefined) return left(piece, unresolved);
  for (const used of expression.variables) unresolved?.push(...(scope.lacking?.(used) ?? []));
  const failed = (thrown: unknown): string => {
    if (!(thrown instanceof DslError)) throw thrown;
    return left(piece, unresolved);
  };
  try {
    const value = expression.run(scope, dsl);
    return value instanceof Promise ? value.then(printed, failed) : printed(value);
  } catch (thrown) {
    return failed(thrown);
  }
};

/** A placeholder without a value stays as it is written. */
const left = ({ marker }: Marked, unresolved: string[] | undefined): string => {
  unresolved?.push(marker);
  return bytesOf(marker);
};
