import { systemClock } from "../../../src/base/clock.ts";
import { asError } from "../../../src/base/errors.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { createLog } from "../../../src/bin/process/log.ts";
import { exitCodes } from "../../../src/bin/process/exit-codes.ts";
import { keepHeapClose } from "../../../src/bin/node/process/heap.ts";
import { startNode, type RunningNode } from "../../../src/bin/node/start-node.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { openStoreForTests } from "../../support/open-store.ts";
import { OwnerLog } from "./owner-log.ts";
import { tallyKinds, type Defect } from "./tally.ts";

/**
 * A node as users run it, which owns kinds of a test beside its own. It writes what its owners did to a log of its own, and ends with the
 * code that `garrison node` would end with.
 */
export interface OwnerNodeSettings {
  readonly configFile: string;
  readonly log: string;
  readonly shards: number;
  readonly leaseMs: number;
  readonly defect?: Defect;
}

/** The name of this life of the node, once it takes part in the cluster. */
export interface OwnerNodeReady {
  readonly incarnation: string;
}

keepHeapClose();
const settings = JSON.parse(process.argv[2] ?? "") as OwnerNodeSettings;
const { config } = loadConfig({ file: settings.configFile, env: {} });
const log = new OwnerLog(settings.log);

const start = (): Promise<RunningNode> =>
  startNode({
    config,
    clock: systemClock,
    random: systemRandom,
    log: createLog("fatal"),
    openStore: openStoreForTests,
    leaseMs: settings.leaseMs,
    ownedKinds: (store) =>
      tallyKinds({ space: store.space("chaos"), clock: systemClock, log, defect: settings.defect }, settings.shards),
  });

const node = await start().catch((error: unknown) => {
  // Such as a store that is down: whoever started it does so again.
  process.stderr.write(`${asError(error).message}\n`);
  process.exit(exitCodes.failed);
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", () => void node.drain());
const ready: OwnerNodeReady = { incarnation: node.identity.incarnation };
process.send?.(ready);
const { reason } = await node.ended;
process.exit({ drained: exitCodes.complete, lost: exitCodes.lost, failed: exitCodes.failed }[reason]);
