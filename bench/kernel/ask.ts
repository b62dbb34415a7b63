import { dispatch, query, spawnStateless, start, stop, type Ref } from "nact";
import { same, type ReplyTo } from "../../src/kernel/index.ts";
import { Erlang } from "../erlang/erlang.ts";
import type { Report } from "../report.ts";
import { inTurn, millionsPerSecond } from "../rounds.ts";
import { startSystem } from "./system.ts";

export const name = "kernel-ask";

const asks = 200_000;
const nactAsks = 50_000;

type Get = { readonly type: "get"; readonly replyTo: ReplyTo<number> };

type NactGet = { readonly replyTo: Ref<number> };

const ours = async (): Promise<number> => {
  const system = startSystem();
  const server = system.spawn<number, Get>(
    {
      behavior: {
        initial: () => 1,
        receive: (state, { replyTo }) => {
          replyTo.tell(state);
          return same;
        },
      },
    },
    "server",
  );
  const startMs = performance.now();
  for (let i = 0; i < asks; i += 1) await server.ask<number>((replyTo) => ({ type: "get", replyTo }), 5_000);
  const rate = millionsPerSecond(asks, startMs);
  await system.stop();
  return rate;
};

const nact = async (): Promise<number> => {
  const system = start();
  const server = spawnStateless(system, ({ replyTo }: NactGet) => dispatch(replyTo, 1), "server");
  const startMs = performance.now();
  for (let i = 0; i < nactAsks; i += 1) await query(server, (replyTo: Ref<number>): NactGet => ({ replyTo }), 5_000);
  const rate = millionsPerSecond(nactAsks, startMs);
  stop(system);
  return rate;
};

/** Asks, one after the other. */
export const run = async (report: Report): Promise<void> => {
  const erlang = await Erlang.start();
  const samples = await inTurn({ ours, nact, erlang: () => erlang?.measure("call", 500_000) ?? 0 });
  const row = { what: "ask, one outstanding", unit: "M/s", ours: samples.ours };
  report.add({ ...row, peer: { name: "raw nact", samples: samples.nact }, aim: { atLeast: 1 } });
  if (erlang === undefined) report.skip(row.what, "erl not installed");
  else report.add({ ...row, peer: { name: "gen_server:call", samples: samples.erlang }, aim: { atLeast: 1 } });
  await erlang?.close();
};
