import { same, type Address } from "../../src/kernel/index.ts";
import { heapAfterGc } from "../garbage.ts";
import type { Report } from "../report.ts";
import { inTurn, millionsPerSecond } from "../rounds.ts";
import { startSystem } from "./system.ts";

export const name = "kernel-children";

const batch = 100_000;
const batches = 60;

type ParentMessage = { readonly type: "add" } | { readonly type: "spawn"; readonly count: number };

const rateWith = async (children: number): Promise<number> => {
  const system = startSystem();
  let left = 0;
  let done: () => void = () => undefined;
  const parent: Address<ParentMessage> = system.spawn<undefined, ParentMessage>(
    {
      mailbox: { capacity: batch },
      behavior: {
        initial: () => undefined,
        receive: (_state, message, context) => {
          if (message.type === "spawn") {
            for (let i = 0; i < message.count; i += 1) context.spawn(child, `child-${i}`);
          }
          left -= 1;
          if (left === 0) done();
          return same;
        },
      },
    },
    "parent",
  );
  const send = async (count: number, message: ParentMessage): Promise<void> => {
    left = count;
    const finished = new Promise<void>((resolve) => (done = resolve));
    for (let i = 0; i < count; i += 1) parent.tell(message);
    await finished;
  };
  await send(1, { type: "spawn", count: children });
  await send(batch, { type: "add" });
  await heapAfterGc();
  const startMs = performance.now();
  for (let sent = 0; sent < batches; sent += 1) await send(batch, { type: "add" });
  const rate = millionsPerSecond(batch * batches, startMs);
  await system.stop();
  return rate;
};

const child = { behavior: { initial: () => undefined, receive: () => same } } as const;

/** Messages into a parent, with 10,000 children and with none. */
export const run = async (report: Report): Promise<void> => {
  const samples = await inTurn({ many: () => rateWith(10_000), none: () => rateWith(0) });
  report.add({
    what: "tell into a parent of 10,000",
    unit: "M msg/s",
    ours: samples.many,
    peer: { name: "without children", samples: samples.none },
    aim: { atLeast: 0.9 },
  });
};
