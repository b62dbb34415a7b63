import { isJsonObject, type Json } from "../../../../../base/json.ts";

/** What a timer is for, and how long it lasts: the input of its step. */
export const timerInput = (step: string, ms: number): Json => ({ step, ms });

/** How long the timer of an input lasts, in milliseconds. */
export const timerMs = (input: Json): number => {
  const ms = isJsonObject(input) ? input["ms"] : undefined;
  return typeof ms === "number" ? ms : 0;
};

/** What of a timer's input has to be the same in every execution: how long it lasts may come from a node's settings, which change. */
export const timerPurpose = (input: Json): Json => (isJsonObject(input) ? (input["step"] ?? null) : null);
