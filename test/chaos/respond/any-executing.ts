import type { Random } from "../../../src/base/random.ts";
import { until } from "../../support/until.ts";
import type { ActionServer } from "./action-server.ts";
import type { RespondCluster, RespondNodeProcess } from "./respond-cluster.ts";

const busyMs = 60_000;

/** A node and one of its processes. */
export interface Executing {
  readonly node: RespondNodeProcess;
  /** Of a run whose request is under way. */
  readonly pid: number;
}

/** Whoever executes a run that acts right now, by chance; waited for. */
export const anyExecuting = async (
  cluster: RespondCluster,
  server: ActionServer,
  random: Random,
): Promise<Executing> => {
  let found: readonly Executing[] = [];
  await until(
    () => {
      const acting = new Set(server.open().map(({ pid }) => pid));
      if (acting.size === 0) return false;
      found = cluster.nodes
        .filter(({ isReady }) => isReady)
        .flatMap((node) => node.processes().flatMap((pid) => (acting.has(pid) ? [{ node, pid }] : [])));
      return found.length > 0;
    },
    () => ({ requests: server.seen.length, ready: cluster.nodes.map(({ isReady }) => isReady) }),
    busyMs,
  );
  const one = found[random.below(found.length)];
  if (one === undefined) throw new Error("there was one just now");
  return one;
};
