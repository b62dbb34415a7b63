import { same, type Address } from "../../src/kernel/index.ts";
import { Erlang } from "../erlang/erlang.ts";
import type { Report } from "../report.ts";
import { inTurn, millionsPerSecond } from "../rounds.ts";
import { startSystem } from "./system.ts";

export const name = "kernel-ping-pong";

const roundTrips = 1_000_000;

type Ball = { readonly type: "ball"; readonly from: Address<Ball> };

const ours = async (): Promise<number> => {
  const system = startSystem();
  let left = roundTrips;
  let done: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (done = resolve));
  const pong = system.spawn<undefined, Ball>(
    {
      behavior: {
        initial: () => undefined,
        receive: (_state, { from }, { self }) => {
          from.tell({ type: "ball", from: self });
          return same;
        },
      },
    },
    "pong",
  );
  const ping = system.spawn<undefined, Ball>(
    {
      behavior: {
        initial: () => undefined,
        receive: (_state, { from }, { self }) => {
          left -= 1;
          if (left === 0) done();
          else from.tell({ type: "ball", from: self });
          return same;
        },
      },
    },
    "ping",
  );
  const startMs = performance.now();
  pong.tell({ type: "ball", from: ping });
  await finished;
  const rate = millionsPerSecond(roundTrips, startMs);
  await system.stop();
  return rate;
};

/** Round trips between two actors. */
export const run = async (report: Report): Promise<void> => {
  const what = "ping-pong between two actors";
  const erlang = await Erlang.start();
  if (erlang === undefined) return report.skip(what, "erl not installed");
  const samples = await inTurn({ ours, erlang: () => erlang.measure("ping_pong", 1_000_000) });
  const peer = { name: "Erlang", samples: samples.erlang };
  report.add({ what, unit: "M round trips/s", ours: samples.ours, peer, aim: { atLeast: 2 } });
  await erlang.close();
};
