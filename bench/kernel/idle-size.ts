import { setImmediate as nextTurn } from "node:timers/promises";
import { same, type Props } from "../../src/kernel/index.ts";
import { heapAfterGc } from "../garbage.ts";
import type { Report } from "../report.ts";
import { inTurn } from "../rounds.ts";
import { startSystem } from "./system.ts";

export const name = "kernel-idle-size";

const actors = 100_000;
const limitBytes = 1_000;

const idle: Props<{ readonly handled: number }, { readonly type: "add" }> = {
  behavior: { initial: () => ({ handled: 0 }), receive: () => same },
};

/** Bytes of heap per actor that has begun its life and received nothing. The addresses are not kept. */
const bytesPerActor = async (): Promise<number> => {
  const system = startSystem();
  const before = await heapAfterGc();
  for (let i = 0; i < actors; i += 1) system.spawn(idle, `actor-${i}`);
  while (system.tree().children.some(({ phase }) => phase !== "running")) await nextTurn();
  const bytes = ((await heapAfterGc()) - before) / actors;
  await system.stop();
  return bytes;
};

export const run = async (report: Report): Promise<void> => {
  const samples = await inTurn({ ours: bytesPerActor, limit: () => limitBytes });
  report.add({
    what: "idle actor, heap",
    unit: "B",
    ours: samples.ours,
    peer: { name: "limit", samples: samples.limit },
    aim: { atMost: 1 },
  });
};
