import type { Leaf } from "../event/leaf.ts";

const decimal = /^[+-]?\d+(?:\.\d+)?$/;
const hexadecimal = /^0x[0-9a-f]{1,13}$/i;

/** The number that a value of an event is, or that its text is in decimal or, as Windows writes ids, as `0x1f`. */
export const numberOf = ({ value }: Leaf): number | undefined => {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.length > 32) return undefined;
  return decimal.test(value) || hexadecimal.test(value) ? Number(value) : undefined;
};
