import { SyntaxProblem } from "./lexer.ts";
import { RefusedHelper } from "./helpers/refused.ts";

/** A part of a text that may be replaced. */
export interface Marker<Expression> {
  /** The whole marker, `{{…}}` or `§…§`: what stays where it has no value. */
  readonly marker: string;
  /** The variable that it may name; it comes before the expression. */
  readonly name?: string;
  readonly expression?: Expression;
  /** The helper that it would need and that is refused: why. */
  readonly refused?: string;
}

const section = "§";
const opening = /\{\{|§/g;
const nameForm = /^(?=.*[\p{L}_])[\p{L}\p{Nd}_][\p{L}\p{Nd}_.:-]{0,199}$/u;

/** Bounds of looking for the end of one expression: a text may hold `}}` of its own. */
const maxEnds = 64;
const maxExpressionLength = 16_384;

/**
 * Cuts a text into what stays and what may be replaced. An expression ends at the first `}}` up to which it can be
 * read; what can be read with none stays as it is, and so does what is made of constants only (`{{7*7}}`).
 *
 * @param source as text
 * @param read gives the expression, or undefined for one that is to stay; throws SyntaxProblem for what is none
 */
export const splitMarkers = <Expression>(
  source: string,
  read: (inner: string) => Expression | undefined,
): readonly (string | Marker<Expression>)[] => {
  const pieces: (string | Marker<Expression>)[] = [];
  let from = 0;
  opening.lastIndex = 0;
  for (let found = opening.exec(source); found !== null; found = opening.exec(source)) {
    const at = found.index;
    const end = opening.lastIndex;
    const marker = found[0] === section ? sectionMarker(source, at) : bracesMarker(source, at, read);
    opening.lastIndex = end;
    if (marker === undefined) continue;
    if (at > from) pieces.push(source.slice(from, at));
    pieces.push(marker);
    from = at + marker.marker.length;
    opening.lastIndex = from;
  }
  if (from < source.length) pieces.push(source.slice(from));
  return pieces;
};

const sectionMarker = (source: string, at: number): Marker<never> | undefined => {
  const end = source.indexOf(section, at + section.length);
  if (end === -1) return undefined;
  const name = source.slice(at + section.length, end);
  return nameForm.test(name) ? { marker: source.slice(at, end + section.length), name } : undefined;
};

const bracesMarker = <Expression>(
  source: string,
  at: number,
  read: (inner: string) => Expression | undefined,
): Marker<Expression> | undefined => {
  let end = source.indexOf("}}", at + 2);
  for (let tries = 0; end !== -1 && tries < maxEnds && end - at <= maxExpressionLength; tries += 1) {
    const inner = source.slice(at + 2, end);
    const marker = source.slice(at, end + 2);
    const outcome = reading(inner, read);
    if (nameForm.test(inner)) {
      return typeof outcome === "object" && "expression" in outcome
        ? { marker, name: inner, expression: outcome.expression }
        : { marker, name: inner };
    }
    if (outcome === "never") return undefined;
    if (outcome !== "further") return { marker, ...outcome };
    end = source.indexOf("}}", end + 2);
  }
  return undefined;
};

type Outcome<Expression> =
  | { readonly expression: Expression }
  | { readonly refused: string }
  /** A longer text may be one. */
  | "further"
  | "never";

const reading = <Expression>(inner: string, read: (inner: string) => Expression | undefined): Outcome<Expression> => {
  try {
    const expression = read(inner);
    return expression === undefined ? "further" : { expression };
  } catch (thrown) {
    if (thrown instanceof RefusedHelper) return { refused: thrown.message };
    if (!(thrown instanceof SyntaxProblem)) throw thrown;
    return thrown.unfinished ? "further" : "never";
  }
};
