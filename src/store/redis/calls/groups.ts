import type { Commands } from "../../model/commands.ts";
import { allowOom, type Call } from "./call.ts";

export const orderGroup: Call<Commands["orderGroup"]["input"], undefined> = {
  file: "commands/order-group",
  lane: "queue",
  flag: allowOom,
  encode: ({ group, order }) => [group, order],
  decode: () => undefined,
};

export const sweepGroup: Call<Commands["sweepGroup"]["input"], boolean> = {
  file: "commands/sweep-group",
  lane: "queue",
  flag: allowOom,
  encode: ({ group }) => [group],
  decode: (reply) => reply.flag(),
};
