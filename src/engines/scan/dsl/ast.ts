import type { Value } from "../value/value.ts";
import type { NamedHelper } from "./helpers/table.ts";

export type BinaryOperator =
  "==" | "!=" | ">" | ">=" | "<" | "<=" | "in" | "+" | "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>";

/** An expression as a tree. */
export type Node =
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "variable"; readonly name: string }
  /** Text in quotes with placeholders in it: pieces that are put together. */
  | { readonly kind: "text"; readonly pieces: readonly (string | Placeholder)[] }
  /** `a.B`: fields of structures, which templates never have. */
  | { readonly kind: "accessor"; readonly path: string }
  | { readonly kind: "call"; readonly helper: NamedHelper; readonly args: readonly Node[] }
  /** `a, b`: a list that grows to the right. */
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "unary"; readonly operator: "-" | "!" | "~"; readonly operand: Node }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: "logical"; readonly operator: "&&" | "||"; readonly left: Node; readonly right: Node }
  /** `?` gives the right side or nothing, `:` and `??` the left side unless it is nothing. */
  | { readonly kind: "ternary"; readonly operator: "?" | ":" | "??"; readonly left: Node; readonly right: Node }
  | { readonly kind: "search"; readonly isNegated: boolean; readonly subject: Node; readonly pattern: Node };

/** `{{name}}` in quotes: its value, or the marker itself when there is none. */
export interface Placeholder {
  readonly marker: string;
  readonly node: Node;
}
