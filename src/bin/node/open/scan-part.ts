import {
  bundleEngine,
  BundleStore,
  scanProps,
  Scans,
  scanSpace,
  type LinkedPeers,
  type ScanEngine,
  type ScanEvent,
} from "../../../actors/scan/index.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { NodeIdentity } from "../../../cluster/index.ts";
import type { Config } from "../../../config/index.ts";
import { ScanStatistics, type Refusals } from "../../../control/index.ts";
import type { Props } from "../../../kernel/index.ts";
import type { Store } from "../../../store/index.ts";
import { startOob } from "../../process/start-oob.ts";
import type { Closing } from "../end/closing.ts";
import { createRunner } from "./create-runner.ts";

export interface ScanPartOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly refusals: Refusals;
  readonly notify?: ((event: ScanEvent) => void) | undefined;
  /** Puts something between the actors and the scan engine, for tests of faults. */
  readonly wrapEngine?: ((engine: ScanEngine) => ScanEngine) | undefined;
  /** Takes what has to be closed when the node ends. */
  readonly closing: Closing;
}

/** What a node has for scans. */
export interface ScanPart {
  readonly bundles: BundleStore;
  readonly statistics: ScanStatistics;
  /** Scans as those see them who submit and watch. */
  scans(peers: LinkedPeers): Scans;
  /** `/scan` of a node that has joined. */
  props(identity: NodeIdentity, peers: LinkedPeers): Props<undefined, never>;
}

/** Opens what scans need before the node joins: the engine with its threads, and the session for out-of-band interactions. */
export const openScanPart = (options: ScanPartOptions): ScanPart => {
  const { config, clock, random, store, refusals, notify, wrapEngine, closing } = options;
  const space = store.space(scanSpace);
  const oob = startOob({ config, scope: config.scan.scope, clock, random, refusals });
  if (oob !== undefined) closing.add("the out-of-band session", () => oob.close());
  const runner = createRunner(config, clock, oob?.session);
  closing.add("the scan engine", () => runner.close());
  const bundles = new BundleStore(space, clock);
  const statistics = new ScanStatistics();
  return {
    bundles,
    statistics,
    scans: (peers) => new Scans(space, clock, peers),
    props: ({ id, incarnation }, peers) => {
      const engine = bundleEngine({ runner, bundles, clock, subtaskRequests: config.scan.subtaskRequests });
      const { rateLimitPerTarget, concurrencyPerTarget } = config.scan;
      const { scanBytes, bundleBytes } = config.retention;
      return scanProps({
        space,
        roles: config.node.roles.filter((role) => role === "scheduler" || role === "probe"),
        engine: wrapEngine?.(engine) ?? engine,
        settings: {
          ...config.scan,
          rateLimitPerTarget,
          concurrencyPerTarget,
          retention: { ...config.retention, scanBytes, bundleBytes },
        },
        owner: `${id}.${incarnation}`,
        notify: (event) => {
          statistics.note(event);
          notify?.(event);
        },
        peers,
      });
    },
  };
};
