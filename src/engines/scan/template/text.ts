import { DslError, type DslSetup, type Expression } from "../dsl/expression.ts";
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
   * a value stays as it is written and is named in `unresolved`. A promise only if an expression in it is asynchronous.
   */
  render(scope: Scope, dsl: DslSetup, unresolved?: string[]): string | Promise<string>;
}

/** Why a text cannot be compiled: it calls a helper that is not run. */
export interface TextProblem {
  readonly kind: "refused" | "invalid";
  readonly problem: string;
}

type Marked = Exclude<TextPiece, string>;

/** Compiles the `{{…}}` and `§…§` of a text. */
export const compileText = (source: string): TextPattern | TextProblem => {
  const split = splitText(source);
  if ("problem" in split) return split;
  const pieces = split.map((piece) => (typeof piece === "string" ? bytesOf(piece) : piece));
  const marked = pieces.filter((piece) => typeof piece !== "string");
  const names = [...new Set(marked.flatMap(({ name, expression }) => name ?? expression?.variables ?? []))];
  const only = pieces.length === 0 ? "" : pieces.length === 1 ? pieces[0] : undefined;
  if (typeof only === "string") return { source, isStatic: true, names, render: () => only };
  const isAsync = marked.some(({ expression }) => expression?.isAsync === true);
  return {
    source,
    isStatic: false,
    names,
    render: (scope, dsl, unresolved) =>
      isAsync ? renderAsync(pieces, scope, dsl, unresolved) : renderNow(pieces, scope, dsl, unresolved),
  };
};

const renderNow = (
  pieces: readonly (string | Marked)[],
  scope: Scope,
  dsl: DslSetup,
  unresolved: string[] | undefined,
): string => {
  let text = "";
  for (const piece of pieces) text += typeof piece === "string" ? piece : shown(piece, scope, dsl, unresolved);
  return text;
};

const renderAsync = async (
  pieces: readonly (string | Marked)[],
  scope: Scope,
  dsl: DslSetup,
  unresolved: string[] | undefined,
): Promise<string> => {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") text += piece;
    else if (piece.expression?.isAsync !== true) text += shown(piece, scope, dsl, unresolved);
    else text += await shownLater(piece, piece.expression, scope, dsl, unresolved);
  }
  return text;
};

const shown = (piece: Marked, scope: Scope, dsl: DslSetup, unresolved: string[] | undefined): string => {
  if (piece.name !== undefined) {
    const value = scope.get(piece.name);
    return value === undefined ? left(piece, unresolved) : printed(value);
  }
  try {
    return printed(piece.expression?.evaluate(scope, dsl) ?? "");
  } catch (thrown) {
    if (!(thrown instanceof DslError)) throw thrown;
    return left(piece, unresolved);
  }
};

const shownLater = async (
  piece: Marked,
  expression: Expression,
  scope: Scope,
  dsl: DslSetup,
  unresolved: string[] | undefined,
): Promise<string> => {
  try {
    return printed(await expression.evaluateAsync(scope, dsl));
  } catch (thrown) {
    if (!(thrown instanceof DslError)) throw thrown;
    return left(piece, unresolved);
  }
};

const left = ({ marker }: Marked, unresolved: string[] | undefined): string => {
  unresolved?.push(marker);
  return bytesOf(marker);
};
