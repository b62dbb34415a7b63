/**
 * A parsed pattern, as far as it matters for the literals that its matches contain. `chars` is one character out of a
 * few, each as the byte string it is in a folded text; `gap` is anything, also nothing.
 */
export type PatternNode =
  | { readonly kind: "chars"; readonly texts: readonly string[] }
  | { readonly kind: "gap" }
  | { readonly kind: "concat"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "alternate"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly node: PatternNode; readonly min: number; readonly max: number };

export const gap: PatternNode = { kind: "gap" };

export const nothing: PatternNode = { kind: "concat", nodes: [] };
