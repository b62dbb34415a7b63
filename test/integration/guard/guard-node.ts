/** A node in a process of its own that serves the guard, without a proxy. */
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { keepHeapClose } from "../../../src/bin/node/process/heap.ts";
import { startNode } from "../../../src/bin/node/start-node.ts";
import { createLog } from "../../../src/bin/process/log.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { openStoreForTests } from "../../support/open-store.ts";

export interface GuardNodeSettings {
  readonly configFile: string;
  readonly leaseMs: number;
}

keepHeapClose();
const settings = JSON.parse(process.argv[2] ?? "") as GuardNodeSettings;
const node = await startNode({
  config: loadConfig({ file: settings.configFile, env: {} }).config,
  clock: systemClock,
  random: systemRandom,
  log: createLog("fatal"),
  openStore: openStoreForTests,
  leaseMs: settings.leaseMs,
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.send?.(node.identity.address);
await node.ended;
process.exit(0);
