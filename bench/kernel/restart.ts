import { same, type Props } from "../../src/kernel/index.ts";
import type { Report } from "../report.ts";
import { inTurn } from "../rounds.ts";
import { startSystem } from "./system.ts";

export const name = "kernel-restart";

const restarts = 10_000;
const backlog = 20_000;
const limitMicros = 15;

type Message = { readonly type: "crash" } | { readonly type: "wait" };

/** Microseconds per crash and restart, while `waiting` messages lie behind the crashes in the mailbox. */
const microsPerRestart = async (waiting: number): Promise<number> => {
  const system = startSystem();
  let lives = 0;
  let startMs = 0;
  let done: (micros: number) => void = () => undefined;
  const finished = new Promise<number>((resolve) => (done = resolve));
  const fragile: Props<undefined, Message> = {
    mailbox: { capacity: restarts + waiting },
    behavior: {
      initial: () => {
        lives += 1;
        if (lives === 1) startMs = performance.now();
        if (lives > restarts) done(((performance.now() - startMs) * 1_000) / restarts);
        return undefined;
      },
      receive: (_state, { type }) => {
        if (type === "crash") throw new Error("told to crash");
        return same;
      },
    },
  };
  const parent: Props<undefined, never> = {
    supervision: { maxRestarts: restarts, withinMs: 60_000, backoff: undefined },
    behavior: {
      initial: (context) => {
        const child = context.spawn(fragile, "fragile");
        for (let i = 0; i < restarts; i += 1) child.tell({ type: "crash" });
        for (let i = 0; i < waiting; i += 1) child.tell({ type: "wait" });
        return undefined;
      },
      receive: () => same,
    },
  };
  system.spawn(parent, "parent");
  const micros = await finished;
  await system.stop();
  return micros;
};

/** Crash and restart without backoff, with the failure logged to the null device. */
export const run = async (report: Report): Promise<void> => {
  const samples = await inTurn({
    empty: () => microsPerRestart(0),
    behind: () => microsPerRestart(backlog),
    limit: () => limitMicros,
  });
  const peer = { name: "limit", samples: samples.limit };
  report.add({ what: "crash + restart", unit: "µs", ours: samples.empty, peer, aim: { atMost: 1 } });
  report.add({
    what: `crash + restart, ${backlog} waiting`,
    unit: "µs",
    ours: samples.behind,
    peer,
    aim: { atMost: 1 },
  });
};
