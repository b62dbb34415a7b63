import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../src/base/random.ts";
import { descendantsOf, isRunning } from "../../support/process-state.ts";
import { until } from "../../support/until.ts";
import { startActionServer } from "./action-server.ts";
import { busy } from "./playbooks.ts";
import { RespondCluster, type NodeFiles } from "./respond-cluster.ts";

export interface RespondCancelOptions {
  readonly runs: number;
  readonly seed: number;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

export interface RespondCancelResult {
  /** From the answer to the cancel until the last request of that run; 0: none came after it. In order of size. */
  readonly lastRequestMs: readonly number[];
  /** From the answer until no process of the run was alive. In order of size. */
  readonly groupGoneMs: readonly number[];
  /** Runs that were cancelled through another node than the one that executed them. */
  readonly throughOthers: number;
  readonly requests: number;
  readonly violations: readonly string[];
}

const nodes = 2;
const busyRequests = 10;
const busyMs = 30_000;
const giveUpMs = 5_000;

/** Cancels runs whose actions never stop by themselves, and looks how long their requests and their processes go on. */
export const respondCancelRun = async (options: RespondCancelOptions): Promise<RespondCancelResult> => {
  const { runs, seed, files, say } = options;
  const random = seededRandom(seed);
  const server = await startActionServer(random, { leastMs: 10, moreMs: 20 });
  const cluster = new RespondCluster({
    ...{ nodes, files, playbooks: { "busy.mjs": busy } },
    respond: {
      egress: [server.url.slice("http://".length)],
      modules: { childProcess: true },
      pool: { spare: 1, max: 2, warmThreads: 2 },
    },
  });
  const lastRequestMs: number[] = [];
  const groupGoneMs: number[] = [];
  const violations: string[] = [];
  let throughOthers = 0;
  try {
    const clients = await Promise.all(cluster.nodes.map((node) => node.client()));
    for (let at = 0; at < runs; at += 1) {
      const starting = clients[at % nodes];
      const event = { id: `busy-${at}`, source: "chaos", kind: "busy", data: { url: server.url } };
      const { id } = (await starting?.runs.start("busy", event)) ?? { id: "" };
      const ofRun = () => server.seen.filter(({ run }) => run === id);
      await until(
        () => ofRun().length >= busyRequests,
        () => ({ id, requests: ofRun().length }),
        busyMs,
      );
      await pause(random.below(100));
      const leader = ofRun()[0]?.pid ?? 0;
      const processes = [leader, ...descendantsOf(leader)];
      if (processes.length < 2) violations.push(`run ${id} has not started its process`);
      const client = clients[random.below(nodes)];
      if (client === undefined) throw new Error("a cluster has nodes");
      const { node } = await client.runs.get(id);
      if (node !== `node-${clients.indexOf(client) + 1}`) throughOthers += 1;
      if (!(await client.runs.cancel(id))) violations.push(`run ${id} had ended before it was cancelled`);
      const answeredMs = performance.now();
      while (processes.some(isRunning) && performance.now() - answeredMs < giveUpMs) await pause(2);
      groupGoneMs.push(Math.round(performance.now() - answeredMs));
      await server.caughtUp();
      lastRequestMs.push(Math.max(0, Math.round((ofRun().at(-1)?.atMs ?? 0) - answeredMs)));
      const { state } = await client.runs.get(id);
      if (state !== "cancelled") violations.push(`run ${id} was cancelled and is ${state}`);
      say(`${id}: gone ${groupGoneMs.at(-1) ?? 0} ms after the answer`);
    }
    const inOrder = (times: readonly number[]): readonly number[] => times.toSorted((a, b) => a - b);
    return {
      ...{ lastRequestMs: inOrder(lastRequestMs), groupGoneMs: inOrder(groupGoneMs) },
      ...{ throughOthers, requests: server.seen.length, violations },
    };
  } finally {
    await cluster.end();
    await server.close();
  }
};
