import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { keepHeapClose } from "../../../src/bin/node/process/heap.ts";
import { startNode } from "../../../src/bin/node/start-node.ts";
import { createLog } from "../../../src/bin/process/log.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { openStoreForTests } from "../../support/open-store.ts";
import { counterProps, counterProtocol, type CounterProbe } from "../../support/remote-counter.ts";

/** A node in a process of its own, with a counter that other nodes may use and stop. */
export interface LinkNodeSettings {
  readonly configFile: string;
  readonly leaseMs: number;
}

/** What it says once it is up, and again whenever it is asked. */
export interface LinkNodeSays {
  readonly incarnation: string;
  /** Of the counter. */
  readonly actor: number;
  readonly probe: CounterProbe;
  readonly deadLetters: Readonly<Record<string, number>>;
}

keepHeapClose();
const { configFile, leaseMs } = JSON.parse(process.argv[2] ?? "") as LinkNodeSettings;
const probe: CounterProbe = { added: [], cancelled: 0, leftMs: [] };
let say = (): void => undefined;
const node = await startNode({
  config: loadConfig({ file: configFile, env: {} }).config,
  clock: systemClock,
  random: systemRandom,
  log: createLog("fatal"),
  openStore: openStoreForTests,
  leaseMs,
  actors: (system, remote) => {
    remote.export("/counter", counterProtocol, { stop: true });
    const counter = system.spawn(counterProps(probe), "counter");
    say = () => {
      const { incarnation } = node.identity;
      const deadLetters = system.deadLetters.counts;
      const said: LinkNodeSays = { incarnation, actor: counter.incarnation, probe, deadLetters };
      process.send?.(said);
    };
  },
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (message) => {
  if (message === "drain") void node.drain();
  else say();
});
say();
await node.ended;
process.disconnect();
