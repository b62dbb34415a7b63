import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../src/base/random.ts";
import { until } from "../../support/until.ts";
import { startActionServer, type ActionServer } from "./action-server.ts";
import { NodeProcesses } from "./node-processes.ts";
import { staying } from "./playbooks.ts";
import { RespondCluster, type NodeFiles, type RespondNodeProcess } from "./respond-cluster.ts";

export interface OrphansOptions {
  /** Nodes that are killed. */
  readonly rounds: number;
  /** Whether one more is ended in order. */
  readonly drain: boolean;
  /** On each node; one loops for ever, one has started a process itself. */
  readonly runs: number;
  readonly seed: number;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

export interface OrphansResult {
  /** Processes that were there when each node was killed. */
  readonly processes: readonly number[];
  /** From each kill until the last of them was gone. */
  readonly goneMs: readonly number[];
  /** From SIGTERM to the end of a node with as many runs, if there was one. */
  readonly drainMs: number | undefined;
  readonly violations: readonly string[];
}

const allThereMs = 60_000;
const mostMs = 1_000;
const giveUpMs = 5_000;
const lookEveryMs = 5;
const drainWithinMs = 15_000;

/** Starts a node and so many runs on it; resolves once each is there. */
const startFull = async (server: ActionServer, { files, runs }: OrphansOptions): Promise<RespondCluster> => {
  const cluster = new RespondCluster({
    ...{ nodes: 1, files, playbooks: { "staying.mjs": staying } },
    respond: {
      egress: [server.url.slice("http://".length)],
      modules: { childProcess: true },
      // The one that loops is not to be ended for it.
      child: { stallMs: 300_000 },
      pool: { spare: 1, max: runs + 1, warmThreads: 1 },
    },
  });
  const before = server.seen.length;
  for (let at = 0; at < runs; at += 1) {
    const how = at === 0 ? "loop" : at === 1 ? "grandchild" : "wait";
    const event = { id: `stay-${at}`, source: "chaos", kind: "stay", data: { url: server.url, how } };
    await cluster.ask((client) => client.runs.start("staying", event));
  }
  await until(
    () => server.seen.slice(before).filter(({ answeredAtMs }) => answeredAtMs !== undefined).length >= runs,
    () => ({ there: server.seen.length - before }),
    allThereMs,
  );
  return cluster;
};

const onlyNode = ({ nodes }: RespondCluster): RespondNodeProcess => {
  const [node] = nodes;
  if (node === undefined) throw new Error("a cluster has a node");
  return node;
};

/** Milliseconds until none of them is there, at most `giveUpMs`. What is left then is ended. */
const untilGone = async (processes: NodeProcesses, sinceMs: number): Promise<number> => {
  while (processes.alive().length > 0 && performance.now() - sinceMs < giveUpMs) await pause(lookEveryMs);
  const goneMs = Math.round(performance.now() - sinceMs);
  for (const pid of processes.alive()) process.kill(pid, "SIGKILL");
  return goneMs;
};

/** Kills nodes that have runs of every kind, and looks what of them outlives their node. */
export const orphansRun = async (options: OrphansOptions): Promise<OrphansResult> => {
  const { rounds, drain, runs, seed, say } = options;
  const server = await startActionServer(seededRandom(seed), { leastMs: 0, moreMs: 0 });
  const processes: number[] = [];
  const goneMs: number[] = [];
  const violations: string[] = [];
  let drainMs: number | undefined;
  try {
    for (let round = 0; round < rounds + (drain ? 1 : 0); round += 1) {
      const cluster = await startFull(server, options);
      try {
        const node = onlyNode(cluster);
        const ofNode = new NodeProcesses(node.pid);
        // A process for each run, and the grandchild.
        if (ofNode.known.length <= runs) violations.push(`only ${ofNode.known.length} processes for ${runs} runs`);
        const sinceMs = performance.now();
        if (round < rounds) {
          processes.push(ofNode.known.length);
          await node.kill();
          const tookMs = await untilGone(ofNode, sinceMs);
          goneMs.push(tookMs);
          if (tookMs > mostMs) violations.push(`processes were there ${tookMs} ms after their node was killed`);
          say(`${ofNode.known.length} processes were gone ${tookMs} ms after the kill`);
        } else {
          const code = await node.drain();
          drainMs = Math.round(performance.now() - sinceMs);
          const left = ofNode.alive().length;
          if (code !== 0)
            violations.push(`a node that was asked to end did so with ${code}: ${node.stderr.slice(-500)}`);
          if (left > 0) violations.push(`${left} processes outlived a node that ended in order`);
          if (drainMs > drainWithinMs) violations.push(`a node took ${drainMs} ms to end in order`);
        }
      } finally {
        await cluster.end();
      }
    }
    return { processes, goneMs, drainMs, violations };
  } finally {
    await server.close();
  }
};
