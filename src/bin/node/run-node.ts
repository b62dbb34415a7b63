import { systemClock } from "../../base/clock.ts";
import { systemRandom } from "../../base/random.ts";
import { ClusterError } from "../../cluster/index.ts";
import type { Config } from "../../config/index.ts";
import { ControlError } from "../../control/index.ts";
import { exitCodes, type ExitCode } from "../process/exit-codes.ts";
import { createLog } from "../process/log.ts";
import { createSay } from "../output/messages.ts";
import { UsageError } from "../process/usage-error.ts";
import { version } from "../process/version.ts";
import { startTracing, type RunningTracing } from "../tracing/start-tracing.ts";
import { listenForEnd, type EndCause } from "./end/end-request.ts";
import { keepHeapClose } from "./process/heap.ts";
import { sendSignsOfLife } from "./process/signs-of-life.ts";
import { startNode, type NodeEnd, type RunningNode } from "./start-node.ts";

export interface RunNodeOptions {
  readonly config: Config;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Runs one node in the foreground until it is asked to end, by a signal or by a call, or until it has to. */
export const runNode = async ({ config, json, quiet }: RunNodeOptions): Promise<ExitCode> => {
  keepHeapClose();
  // With JSON the log says it.
  const say = createSay(quiet || json);
  let traces: RunningTracing | undefined;
  const log = createLog(config.log.level, () => traces?.tracing.current());
  const request = listenForEnd(systemClock);
  let cause: EndCause | undefined;
  let node: RunningNode | undefined;
  void request.asked.then((asked) => {
    cause = asked;
    say(`${config.node.id} ends: it hands back what it holds`);
    void node?.drain();
  });
  try {
    const basics = { config, clock: systemClock, random: systemRandom, log };
    traces = await startTracing({ ...basics, version });
    node = await startNode({ ...basics, tracing: traces.tracing }).catch((error: unknown) => {
      throw explained(error, config);
    });
    const stopSigns = sendSignsOfLife(systemClock);
    const { id, address, httpAddress, pid } = node.identity;
    // It may have been asked to end while it started.
    if (isAsked(cause)) void node.drain();
    else if (json) process.stdout.write(`${JSON.stringify({ event: "ready", id, address, http: httpAddress, pid })}\n`);
    else {
      const scheme = config.tls.ca === undefined ? "http" : "https";
      say(`${id} is ready at ${address}, metrics and health at ${scheme}://${httpAddress}, store ${config.store.url}`);
    }
    const end = await node.ended;
    stopSigns();
    if (end.reason === "lost") say(`${id} is no longer part of the cluster and has ended its work: its log says why`);
    if (end.reason === "failed") process.stderr.write(`garrison: ${id}: ${end.error.message}\n`);
    return codeOf(end, cause);
  } catch (error) {
    if (!(error instanceof ClusterError && error.code === "ended")) throw error;
    process.stderr.write(`garrison: ${error.message}\n`);
    return exitCodes.lost;
  } finally {
    await traces?.close();
    request.release();
  }
};

/** Why the node did not start, in words for the person who started it. */
const explained = (error: unknown, { listen }: Config): unknown => {
  if (error instanceof ClusterError && error.code === "settings-differ") return new UsageError(error.message, error);
  if (!(error instanceof ControlError && error.code === "listen-failed")) return error;
  const change = error.ids["address"] === listen.http ? "--http (listen.http)" : "--grpc (listen.grpc)";
  return new ControlError("listen-failed", `${error.message}: set another address with ${change}`, { cause: error });
};

/** (A function, since the compiler does not see that a callback sets it.) */
const isAsked = (cause: EndCause | undefined): boolean => cause !== undefined;

const codeOf = (end: NodeEnd, cause: EndCause | undefined): ExitCode => {
  switch (end.reason) {
    case "drained":
      return cause === "interrupt" ? exitCodes.interrupted : exitCodes.complete;
    case "lost":
      return exitCodes.lost;
    case "failed":
      return exitCodes.failed;
  }
};
