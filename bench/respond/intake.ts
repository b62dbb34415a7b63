import { RespondCluster } from "../../test/chaos/respond/respond-cluster.ts";
import type { GarrisonClient } from "../../src/client/index.ts";
import { built } from "../../test/support/built.ts";
import type { Report } from "../report.ts";

const clients = 16;
const leastPerSecond = 2_000;
const rounds = 3;
const calls = [
  { events: 1, calls: 2_000 },
  { events: 50, calls: 160 },
  { events: 500, calls: 40 },
] as const;

/** How many events a second a real node accepts, on its embedded store, from sixteen clients that each wait for their answers. */
export const name = "respond-intake";

export const run = async (report: Report): Promise<void> => {
  await built();
  const cluster = new RespondCluster({ nodes: 1, files: "built", playbooks: {}, respond: {} });
  const lanes: GarrisonClient[] = [];
  try {
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("no node");
    for (let lane = 0; lane < clients; lane += 1) lanes.push(await node.newClient());
    for (const { events, calls: count } of calls) {
      await accepted(lanes, `warm-${events}`, events, Math.ceil(count / 10));
      const rates: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        rates.push(await accepted(lanes, `${events}-${round}`, events, count));
      }
      report.add({
        what: `events accepted from ${clients} clients, ${events} a call`,
        unit: "events/s",
        ours: rates,
        peer: { name: "required", samples: rates.map(() => leastPerSecond) },
        aim: { atLeast: 1 },
      });
    }
  } finally {
    for (const client of lanes) client.close();
    await cluster.end();
  }
};

/** Events that were stored a second. */
const accepted = async (
  lanes: readonly GarrisonClient[],
  prefix: string,
  events: number,
  calls: number,
): Promise<number> => {
  const begunMs = performance.now();
  let next = 0;
  const work = lanes.map(async (client) => {
    for (let call = next; call < calls; call = next) {
      next += 1;
      const batch = Array.from({ length: events }, (_, at) => ({
        id: `${prefix}-${call}-${at}`,
        source: "bench",
        kind: "network-attack",
        data: {
          host: `host-${at}`,
          src_ip: "203.0.113.9",
          message: "a line such as devices write them, of usual length",
        },
      }));
      await client.events.report(batch);
    }
  });
  await Promise.all(work);
  return (calls * events * 1_000) / (performance.now() - begunMs);
};
