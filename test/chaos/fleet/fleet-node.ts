import { systemClock } from "../../../src/base/clock.ts";
import { asError } from "../../../src/base/errors.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { keepHeapClose } from "../../../src/bin/node/process/heap.ts";
import type { NodeOptions } from "../../../src/bin/node/node-options.ts";
import { startNode, type RunningNode } from "../../../src/bin/node/start-node.ts";
import { exitCodes } from "../../../src/bin/process/exit-codes.ts";
import { createLog } from "../../../src/bin/process/log.ts";
import type { LinkCounts, LinkView, Remote, Transport } from "../../../src/cluster/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { openStoreForTests } from "../../support/open-store.ts";

/** What every node of a fleet is told. */
export interface FleetNodeSettings {
  readonly configFile: string;
  /** A file of its own, for this life. */
  readonly log: string;
  readonly leaseMs: number;
  /** Where it dials each other node, by id. */
  readonly routes: Readonly<Record<string, string>>;
}

/** What a node of a fleet says: once it takes part, and when it is asked. */
export type FleetNodeSays =
  | { readonly type: "ready"; readonly incarnation: string; readonly address: string }
  | { readonly type: "links"; readonly links: readonly LinkView[]; readonly counts: LinkCounts | undefined };

export type FleetNodeHears = "links" | "drain" | "quiet";

/** What a node of a fleet has beside what users run. */
export interface FleetNodeParts extends Pick<NodeOptions, "notify" | "wrapEngine" | "ownedKinds"> {
  /** Spawns actors; called once. */
  readonly actors?: NonNullable<NodeOptions["actors"]>;
  /** Told when it takes part, before anybody else is. */
  readonly ready?: (node: RunningNode) => void;
  /** Told to begin nothing any more. */
  readonly quiet?: () => void;
  /** Told before the process ends. */
  readonly ended?: () => void;
}

/** Links that dial where the routes say, instead of where the table of members does. */
const rerouted =
  (routes: FleetNodeSettings["routes"]) =>
  (transport: Transport): Transport => ({
    dial: ({ node, address }, events) => transport.dial({ node, address: routes[node] ?? address }, events),
    accept: (handler) => transport.accept(handler),
    close: () => transport.close(),
  });

/** Runs a node until it ends, in a process of its own which then ends with the code that `garrison node` would end with. */
export const runFleetNode = async (settings: FleetNodeSettings, parts: FleetNodeParts): Promise<void> => {
  keepHeapClose();
  const { actors, ready, quiet, ended, ...options } = parts;
  const log = createLog("fatal");
  let remote: Remote | undefined;
  const say = (said: FleetNodeSays): void => void process.send?.(said);
  const node = await startNode({
    ...options,
    config: loadConfig({ file: settings.configFile, env: {} }).config,
    clock: systemClock,
    random: systemRandom,
    log,
    openStore: openStoreForTests,
    leaseMs: settings.leaseMs,
    wrapTransport: rerouted(settings.routes),
    actors: (system, links) => {
      remote = links;
      actors?.(system, links);
    },
  }).catch((error: unknown) => {
    // Such as a store that is down: whoever started it does so again.
    process.stderr.write(`${asError(error).message}\n`);
    process.exit(exitCodes.failed);
  });
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  process.on("message", (heard: FleetNodeHears) => {
    if (heard === "drain") void node.drain();
    else if (heard === "quiet") quiet?.();
    else say({ type: "links", links: remote?.links() ?? [], counts: remote?.linkCounts() });
  });
  ready?.(node);
  say({ type: "ready", incarnation: node.identity.incarnation, address: node.identity.address });
  const end = await node.ended;
  ended?.();
  if (end.reason === "failed") process.stderr.write(`${end.error.message}\n`);
  process.exit({ drained: exitCodes.complete, lost: exitCodes.lost, failed: exitCodes.failed }[end.reason]);
};
