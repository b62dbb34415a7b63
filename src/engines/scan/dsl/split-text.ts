import type { Node } from "./ast.ts";
import { expressionOf } from "./expression.ts";
import type { Expression } from "./expression.ts";
import { splitMarkers } from "./markers.ts";
import type { Marker } from "./markers.ts";
import { childrenOf, parse } from "./parser.ts";

/**
 * A part of a text. A marker is replaced when the text is rendered: by the value of the variable `name` if it has one,
 * else by the value of `expression` if that has one; else `marker` stays.
 */
export type TextPiece = string | Marker<Expression>;

const usesSomething = (node: Node): boolean =>
  node.kind === "variable" || node.kind === "call" || childrenOf(node).some(usesSomething);

const read = (inner: string): Expression | undefined => {
  const node = parse(inner);
  return usesSomething(node) ? expressionOf(inner, node) : undefined;
};

/**
 * Cuts the text of a template into what stays as it is and what may be replaced, with every expression compiled, so
 * that rendering reads nothing again. Gives the problem instead when it needs a helper that is refused.
 *
 * @param source as text, as it stands in the template; literal pieces and markers are text too
 */
export const splitText = (
  source: string,
): readonly TextPiece[] | { readonly kind: "refused"; readonly problem: string } => {
  const pieces = splitMarkers(source, read);
  for (const piece of pieces) {
    if (typeof piece !== "string" && piece.refused !== undefined) return { kind: "refused", problem: piece.refused };
  }
  return pieces;
};
