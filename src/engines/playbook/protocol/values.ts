import type { Json } from "../../../base/json.ts";
import { playbookBounds } from "../playbook.ts";

/** Objects and arrays inside each other: deeper ones overflow the stack of whoever writes them as JSON. */
export const mostDepth = 64;

/** Why a value cannot be kept as input or output. */
export interface ValueProblem {
  readonly code: "not-json" | "too-large";
  readonly message: string;
}

/** A copy that is JSON and nothing else, or why there is none. */
export type CheckedValue = { readonly value: Json } | { readonly problem: ValueProblem };

/** Whether objects and arrays are inside each other beyond `mostDepth`. Itself it needs no stack. */
const isTooDeep = (value: unknown): boolean => {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostDepth) return true;
    level = level.flatMap((inner): unknown[] =>
      typeof inner === "object" && inner !== null ? Object.values(inner) : [],
    );
  }
  return false;
};

/**
 * Whether a value that came as JSON is within `playbookBounds.valueBytes` and `mostDepth`. Never throws.
 * @returns what is wrong with it
 */
export const valueProblem = (value: Json): ValueProblem | undefined => {
  if (isTooDeep(value)) return { code: "too-large", message: `it is nested deeper than ${mostDepth}` };
  const bytes = Buffer.byteLength(JSON.stringify(value));
  const most = playbookBounds.valueBytes;
  return bytes > most ? { code: "too-large", message: `it has ${bytes} bytes, at most ${most} are kept` } : undefined;
};

/**
 * What a playbook gave, as it will be after it was stored: `undefined` is `null`, keys without a value are gone, `toJSON` was called.
 * Numbers that JSON does not have, functions, symbols and big integers are refused rather than changed in silence. Never throws.
 */
export const checkValue = (given: unknown): CheckedValue => {
  let text: string;
  try {
    // A value's own toJSON may throw, as may a circle or a big integer.
    text = JSON.stringify(given ?? null, refuseOthers);
  } catch (thrown) {
    if (thrown instanceof RangeError) return { problem: { code: "too-large", message: `it is nested too deep` } };
    return {
      problem: { code: "not-json", message: `it is not JSON: ${thrown instanceof Error ? thrown.message : ""}` },
    };
  }
  const value = JSON.parse(text) as Json;
  const problem = valueProblem(value);
  return problem === undefined ? { value } : { problem };
};

const refuseOthers = (key: string, value: unknown): unknown => {
  const isOther =
    typeof value === "function" || typeof value === "symbol" || (typeof value === "number" && !Number.isFinite(value));
  if (isOther) throw new TypeError(`${key === "" ? "it" : `"${key}"`} is ${String(value).slice(0, 40)}`);
  return value;
};
