import { same, type Address, type Props } from "../../src/kernel/index.ts";
import type { Enter } from "./event-loop.ts";
import type { World } from "./world.ts";

export interface SinkMessage {
  readonly type: "work" | "slow" | "crash";
}

export type LoadMessage =
  { readonly type: "burst" } | { readonly type: "crash"; readonly sink: number; readonly times: number };

export const sinkCapacity = 24;
const burstEveryMs = 500;
const burst = 40;
const overflows = ["reject", "drop-oldest", "drop-newest"] as const;
const strategies = ["one-for-one", "one-for-all", "rest-for-one"] as const;

/** Takes messages more slowly than they come, with a small mailbox, and crashes when told to. */
const sinkProps = (world: World, enter: Enter, overflow: (typeof overflows)[number]): Props<number, SinkMessage> => ({
  mailbox: { capacity: sinkCapacity, overflow },
  behavior: {
    initial: () => 0,
    receive: async (handled, message) => {
      if (message.type === "crash") throw new Error("asked to crash");
      if (message.type === "slow")
        await new Promise<void>((resolve) => world.later("slow handler", () => enter(resolve)));
      return handled + 1;
    },
  },
});

/** The load that every node carries beside its scans: mailboxes that overflow, and siblings that restart together or alone. */
export const loadProps = (world: World, enter: Enter): Props<readonly Address<SinkMessage>[], LoadMessage> => ({
  supervision: {
    strategy: strategies[world.random.below(strategies.length)] ?? "one-for-one",
    maxRestarts: 5,
    withinMs: 10_000,
    whenExhausted: "escalate",
    backoff: { minMs: 5, maxMs: 100, factor: 2, jitter: 0.5 },
  },
  behavior: {
    initial: (context) => {
      context.timers.every("burst", burstEveryMs, { type: "burst" });
      return overflows.map((overflow) => context.spawn(sinkProps(world, enter, overflow), overflow));
    },
    receive: (sinks, message, context) => {
      if (message.type === "crash") {
        for (let i = 0; i < message.times; i += 1) sinks[message.sink]?.tell({ type: "crash" });
      } else if (world.healthy) context.timers.cancel("burst");
      else for (const sink of sinks) flood(sink);
      return same;
    },
  },
});

const flood = (sink: Address<SinkMessage>): void => {
  for (let i = 0; i < burst; i += 1) sink.tell({ type: i % 13 === 5 ? "slow" : "work" });
};
