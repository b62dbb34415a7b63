import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../src/base/random.ts";
import { until } from "../../support/until.ts";
import type { ActionServer } from "./action-server.ts";
import { anyExecuting } from "./any-executing.ts";
import type { NodeKill } from "./request-checks.ts";
import type { RespondCluster } from "./respond-cluster.ts";

/** Within this time of being seen to execute something a node is killed. */
const momentMs = 250;

/** Kills a node that executes a run, by SIGKILL at a random moment, and starts it again. All nodes but one are ready before. */
export const killNode = async (
  cluster: RespondCluster,
  server: ActionServer,
  random: Random,
  readyMs: number,
): Promise<NodeKill> => {
  const { nodes } = cluster;
  await until(
    () => nodes.filter(({ isReady }) => isReady).length >= nodes.length - 1,
    () => nodes.map(({ isReady, stderr }) => ({ isReady, stderr: stderr.slice(-300) })),
    readyMs,
  );
  const { node: victim } = await anyExecuting(cluster, server, random);
  await pause(random.below(momentMs));
  const kill: NodeKill = { atMs: performance.now(), pids: new Set(victim.processes()) };
  await victim.kill();
  victim.restart();
  return kill;
};
