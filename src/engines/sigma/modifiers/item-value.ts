import type { Part } from "../text/part.ts";
import type { ComparisonOperator } from "../value/comparison-test.ts";
import type { TimeUnit } from "../value/time-part.ts";

export interface TextValue {
  readonly type: "text";
  readonly parts: readonly Part[];
  readonly cased: boolean;
  /** Each character of the texts stands for one byte. */
  readonly bytes: boolean;
  /** Where it stands in the value of the event is said. */
  readonly placed: boolean;
}

export interface PatternValue {
  readonly type: "pattern";
  readonly source: string;
  /** Of `i`, `m`, `s`, each once. */
  readonly flags: string;
}

export interface NumberValue {
  readonly type: "number";
  readonly number: number;
}

export interface TimeValue {
  readonly type: "time";
  readonly unit: TimeUnit;
  readonly number: number;
}

export interface ReferenceValue {
  readonly type: "reference";
  readonly field: string;
  readonly relation: "equals" | "contains" | "startsWith" | "endsWith";
  readonly cased: boolean;
}

/** A value of a rule, as its modifiers make it step by step. */
export type ItemValue =
  | TextValue
  | PatternValue
  | NumberValue
  | TimeValue
  | ReferenceValue
  | { readonly type: "null" }
  | { readonly type: "boolean"; readonly boolean: boolean }
  | { readonly type: "exists"; readonly expected: boolean }
  | { readonly type: "network"; readonly cidr: string }
  | {
      readonly type: "comparison";
      readonly operator: ComparisonOperator;
      readonly than: number;
      readonly unit: TimeUnit | undefined;
    };
