import type { RespondEvent } from "../../actors/respond/index.ts";
import type { ScanEngine, ScanEvent } from "../../actors/scan/index.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Tracing } from "../../base/tracing.ts";
import type { OwnedKind, Remote, Transport } from "../../cluster/index.ts";
import type { Config } from "../../config/index.ts";
import type { ActorSystem, Logger } from "../../kernel/index.ts";
import type { Store } from "../../store/index.ts";
import type { openStore } from "./open/open-store.ts";

/** What a node is made from. */
export interface NodeOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Off when absent. Whoever made it closes it, after the node. */
  readonly tracing?: Tracing;
  readonly notify?: (event: ScanEvent) => void;
  readonly notifyRespond?: (event: RespondEvent) => void;
  /** Puts something between the actors and the scan engine, for tests of faults. */
  readonly wrapEngine?: (engine: ScanEngine) => ScanEngine;
  /** Opens the store of `store.url`; as in production when absent. */
  readonly openStore?: typeof openStore;
  /** How long the node's lease holds without a renewal; as in production when absent. The same on all nodes of a cluster. */
  readonly leaseMs?: number;
  /** Puts something between the links and the network, for tests of faults. */
  readonly wrapTransport?: (transport: Transport) => Transport;
  /** Spawns actors beside those of the product, and lets other nodes reach them, for tests of messages between nodes. */
  readonly actors?: (system: ActorSystem, remote: Remote) => void;
  /** What is owned in the cluster: the same on all nodes. Absent: nothing. */
  readonly ownedKinds?: (store: Store) => readonly OwnedKind[];
}
