import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { keepHeapClose } from "../../src/bin/node/process/heap.ts";
import { startNode } from "../../src/bin/node/start-node.ts";
import { createLog } from "../../src/bin/process/log.ts";
import { loadConfig } from "../../src/config/index.ts";
import type { Remote } from "../../src/cluster/index.ts";
import type { Address } from "../../src/kernel/index.ts";
import { openStoreForTests } from "../../test/support/open-store.ts";
import { asks, countedAtLast, flood, tells, type Flooded } from "./load.ts";
import { sinkPath, sinkProps, sinkProtocol, type SinkMessage } from "./sink.ts";

/** What a node of the bench is asked to do with the sink of the other one. */
export type LinkNodeCall =
  | { readonly do: "tells"; readonly count: number }
  | { readonly do: "asks"; readonly count: number; readonly outstanding: number }
  | { readonly do: "flood"; readonly forMs: number }
  | { readonly do: "count" }
  | { readonly do: "look" };

/** What it says once it is up, and to each call. */
export type LinkNodeSays =
  | { readonly says: "up" }
  | { readonly says: "done"; readonly micros: number }
  | { readonly says: "flooded"; readonly flooded: Flooded }
  | { readonly says: "counted"; readonly counted: number }
  | { readonly says: "look"; readonly linked: boolean }
  | { readonly says: "failed"; readonly why: string };

/** A whole node, as users run it, with one actor more. */
keepHeapClose();
const [configFile = "", peer = "", leaseMs] = process.argv.slice(2);
const say = (said: LinkNodeSays): void => void process.send?.(said);
const parts: { remote?: Remote; sink?: Address<SinkMessage> } = {};

const node = await startNode({
  config: loadConfig({ file: configFile, env: {} }).config,
  clock: systemClock,
  random: systemRandom,
  log: createLog("error"),
  openStore: openStoreForTests,
  ...(leaseMs === undefined ? {} : { leaseMs: Number(leaseMs) }),
  actors: (system, remote) => {
    remote.export(sinkPath, sinkProtocol);
    system.spawn(sinkProps, sinkPath.slice(1));
    parts.remote = remote;
    parts.sink = remote.address(sinkProtocol, peer, sinkPath);
  },
});
const { remote, sink } = parts;
if (remote === undefined || sink === undefined) throw new Error("the node did not spawn the actors of the bench");

const answer = async (call: LinkNodeCall): Promise<LinkNodeSays> => {
  switch (call.do) {
    case "tells":
      return { says: "done", micros: await tells(sink, call.count) };
    case "asks":
      return { says: "done", micros: await asks(sink, call.count, call.outstanding) };
    case "flood":
      return { says: "flooded", flooded: await flood(sink, call.forMs) };
    case "count":
      return { says: "counted", counted: await countedAtLast(sink) };
    case "look":
      return { says: "look", linked: remote.links().some(({ state }) => state === "up") };
  }
};

process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (call: LinkNodeCall) => {
  answer(call).then(say, (why: unknown) => say({ says: "failed", why: String(why) }));
});
say({ says: "up" });
await node.ended;
