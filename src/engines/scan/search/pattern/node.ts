/**
 * A parsed pattern, as far as it matters for what its matches contain.
 *
 * - `chars` is one character out of a few, each as the byte string it is in a folded text.
 * - `gap` is anything else, also nothing; `newline` says whether a line end may be in it.
 * - `textEdge` is where only the text begins or ends.
 */
export type PatternNode =
  | { readonly kind: "chars"; readonly texts: readonly string[] }
  | { readonly kind: "gap"; readonly newline: boolean }
  | { readonly kind: "textEdge" }
  | { readonly kind: "concat"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "alternate"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly node: PatternNode; readonly min: number; readonly max: number };

export const gap = (newline: boolean): PatternNode => ({ kind: "gap", newline });

export const nothing: PatternNode = { kind: "concat", nodes: [] };

/** Whether every match is within one line, and is one whatever stands on other lines. */
export const isWithinLine = (node: PatternNode): boolean => {
  switch (node.kind) {
    case "chars":
      return !node.texts.includes("\n");
    case "gap":
      return !node.newline;
    case "textEdge":
      return false;
    case "repeat":
      return isWithinLine(node.node);
    case "concat":
    case "alternate":
      return node.nodes.every(isWithinLine);
  }
};
