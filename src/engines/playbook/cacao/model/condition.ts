import type { VariableReference } from "./text.ts";

/** A literal of STIX patterning 2.1. Numbers keep what was written: `01` is none, `1.0` is a float. */
export type Literal =
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "integer"; readonly value: bigint }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean }
  /** `t'2026-01-01T00:00:00Z'`, milliseconds since 1970. */
  | { readonly type: "timestamp"; readonly value: number }
  /** `h'ffc3'` and `b'/8M='`. */
  | { readonly type: "binary"; readonly value: Uint8Array };

/** What stands on one side of a comparison. */
export type Operand = Literal | { readonly type: "variable"; readonly reference: VariableReference };

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=" | "IN" | "LIKE" | "MATCHES" | "ISSUBSET" | "ISSUPERSET";

/** A comparison expression of the STIX patterning grammar, over variables of the playbook. */
export type Condition =
  | { readonly type: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | {
      readonly type: "compare";
      readonly left: Operand;
      /** `NOT` before the comparison, where the grammar has it. */
      readonly negated: boolean;
      readonly comparison: Comparison;
      /** One, but any number for `IN`. */
      readonly right: readonly Operand[];
    }
  | { readonly type: "exists"; readonly negated: boolean; readonly reference: VariableReference };
