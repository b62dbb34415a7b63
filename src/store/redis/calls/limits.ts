import type { Commands } from "../../model/commands.ts";
import { spacingMsOf, validityMs, type SlotTimes } from "../../model/limits.ts";
import { allowOom, optional, plain, type Call } from "./call.ts";

type Command<Name extends keyof Commands> = Call<Commands[Name]["input"], Commands[Name]["output"]>;

export const reserve: Command<"reserve"> = {
  file: "commands/reserve",
  lane: "queue",
  flag: plain,
  encode: ({ key, n, perSecond, burst = 0, concurrent, leaseMs = 0 }) => [
    key,
    String(n),
    String(spacingMsOf(perSecond)),
    String(burst),
    optional(concurrent),
    String(validityMs + leaseMs),
  ],
  decode: (reply) => {
    const retryInMs = reply.number();
    const slots: SlotTimes[] = [];
    while (reply.left) slots.push({ id: reply.text(), startMs: reply.number() });
    return { slots, retryInMs };
  },
};

export const releaseSlots: Command<"releaseSlots"> = {
  file: "commands/release-slots",
  lane: "queue",
  flag: allowOom,
  encode: ({ key, slots }) => [key, ...slots],
  decode: () => undefined,
};
