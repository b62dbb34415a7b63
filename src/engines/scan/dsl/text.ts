import type { Node } from "./ast.ts";
import { expressionOf } from "./expression.ts";
import type { Expression } from "./expression.ts";
import { splitMarkers } from "./markers.ts";
import type { Marker } from "./markers.ts";
import { childrenOf, parse } from "./parser.ts";

/**
 * A part of a text that may be replaced when it is rendered: by the value of the variable `name` if it has one, else by
 * the value of `expression` if that has one; else `marker` stays. `refused` says why it needs a helper that is not offered.
 */
export type TextMarker = Marker<Expression>;

const usesSomething = (node: Node): boolean =>
  node.kind === "variable" || node.kind === "call" || childrenOf(node).some(usesSomething);

const read = (inner: string): Expression | undefined => {
  const node = parse(inner);
  return usesSomething(node) ? expressionOf(inner, node) : undefined;
};

/**
 * Cuts the text of a template into what stays as it is and what may be replaced, with every expression compiled, so
 * that rendering reads nothing again.
 *
 * @param source byte string
 */
export const splitText = (source: string): readonly (string | TextMarker)[] => splitMarkers(source, read);
