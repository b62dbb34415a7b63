import { dispatch, spawnStateless, start, stop } from "nact";
import { same } from "../../src/kernel/index.ts";
import { Erlang } from "../erlang/erlang.ts";
import type { Report } from "../report.ts";
import { inTurn, millionsPerSecond } from "../rounds.ts";
import { startSystem } from "./system.ts";

export const name = "kernel-tell";

const batch = 100_000;
const batches = 20;

type Add = { readonly type: "add"; readonly by: number };

const ours = async (): Promise<number> => {
  const system = startSystem();
  let left = 0;
  let done: () => void = () => undefined;
  const counter = system.spawn<undefined, Add>(
    {
      behavior: {
        initial: () => undefined,
        receive: (_state, { by }) => {
          left -= by;
          if (left === 0) done();
          return same;
        },
      },
      mailbox: { capacity: batch },
    },
    "counter",
  );
  const startMs = performance.now();
  for (let sent = 0; sent < batches; sent += 1) {
    left = batch;
    const finished = new Promise<void>((resolve) => (done = resolve));
    for (let i = 0; i < batch; i += 1) counter.tell({ type: "add", by: 1 });
    await finished;
  }
  const rate = millionsPerSecond(batch * batches, startMs);
  await system.stop();
  return rate;
};

const nact = async (): Promise<number> => {
  const system = start();
  let left = batch;
  let done: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (done = resolve));
  const counter = spawnStateless(
    system,
    ({ by }: Add) => {
      left -= by;
      if (left === 0) done();
    },
    "counter",
  );
  const startMs = performance.now();
  for (let i = 0; i < batch; i += 1) dispatch(counter, { type: "add", by: 1 });
  await finished;
  const rate = millionsPerSecond(batch, startMs);
  stop(system);
  return rate;
};

/** Messages into one actor. */
export const run = async (report: Report): Promise<void> => {
  const erlang = await Erlang.start();
  const samples = await inTurn({ ours, nact, erlang: () => erlang?.measure("tell", 3_000_000) ?? 0 });
  const row = { what: "tell into one actor", unit: "M msg/s", ours: samples.ours };
  report.add({ ...row, peer: { name: "raw nact", samples: samples.nact }, aim: { atLeast: 10 } });
  if (erlang === undefined) report.skip(row.what, "erl not installed");
  else report.add({ ...row, peer: { name: "Erlang send", samples: samples.erlang }, aim: { atLeast: 1 } });
  await erlang?.close();
};
