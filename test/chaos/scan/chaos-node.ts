import { readFileSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import type { ScanEngine } from "../../../src/actors/scan/index.ts";
import { createLog } from "../../../src/bin/process/log.ts";
import { keepHeapClose } from "../../../src/bin/node/process/heap.ts";
import { startNode } from "../../../src/bin/node/start-node.ts";
import { createClient, type GarrisonClient } from "../../../src/client/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { openStoreForTests } from "../../support/open-store.ts";
import { scanLog } from "./scan-log.ts";

/**
 * A node as users run it, with faults of a run built in. Writes to its own log what became of each subtask, see `scanLog`.
 */
export interface ChaosNodeSettings {
  readonly configFile: string;
  readonly log: string;
  /** The probe that begins every third subtask of this node is killed. */
  readonly crashEveryThird: boolean;
  /** The match of this template kills the process. */
  readonly poison?: string;
}

export interface ChaosNodeReady {
  readonly address: string;
}

keepHeapClose();
const settings = JSON.parse(process.argv[2] ?? "") as ChaosNodeSettings;
const { config } = loadConfig({ file: settings.configFile, env: {} });
/** Of this very node, once it is up. */
const self: { client?: GarrisonClient } = {};
let begun = 0;
const notify = scanLog(settings.log, (probe) => {
  begun += 1;
  // By the time it is heard, the probe may have stopped with its node.
  if (settings.crashEveryThird && begun % 3 === 0) self.client?.control.kill("", probe).catch(() => undefined);
});

const poisoned = (engine: ScanEngine): ScanEngine => ({
  ...engine,
  run: async (subtask, options) => {
    const outcome = await engine.run(subtask, options);
    const dies = outcome.findings.some(
      (finding) => (finding as Record<string, unknown>)["template-id"] === settings.poison,
    );
    if (dies) process.kill(process.pid, "SIGKILL");
    return outcome;
  },
});

const node = await startNode({
  config,
  clock: systemClock,
  random: systemRandom,
  log: createLog("fatal"),
  notify,
  openStore: openStoreForTests,
  ...(settings.poison === undefined ? {} : { wrapEngine: poisoned }),
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", () => void node.drain());
self.client = createClient({
  address: node.identity.address,
  token: readFileSync(config.control.tokenFile, "utf8").trim(),
  clock: systemClock,
});
const ready: ChaosNodeReady = { address: node.identity.address };
process.send?.(ready);
await node.ended;
self.client.close();
process.disconnect();
