import type { IdGenerator } from "@opentelemetry/sdk-trace-base";
import type { Random } from "../../base/random.ts";

/** As many hex digits, from the node's randomness; not all of them zero, which would be no id. */
const hex = (random: Random, words: number): string => {
  const drawn = Array.from({ length: words }, () =>
    random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
  return /[^0]/.test(drawn) ? drawn : drawn.slice(1).concat("1");
};

/** Ids of traces (128 bits) and of spans (64 bits). */
export const spanIds = (random: Random): IdGenerator => ({
  generateTraceId: () => hex(random, 4),
  generateSpanId: () => hex(random, 2),
});
