import { systemClock } from "../../../src/base/clock.ts";
import type { ActorSystem } from "../../../src/kernel/index.ts";
import { runFleetNode, type FleetNodeSettings } from "../fleet/fleet-node.ts";
import { scanLog } from "../scan/scan-log.ts";

/** A node as users run it, of which probes are killed. */
export interface StormNodeSettings extends FleetNodeSettings {
  /** The probe that begins every so manieth subtask of this node is killed; 0: none. */
  readonly crashEvery: number;
}

const settings = JSON.parse(process.argv[2] ?? "") as StormNodeSettings;
let begun = 0;
let kill: (probe: string) => void = () => undefined;

await runFleetNode(settings, {
  notify: scanLog(settings.log, (probe) => {
    begun += 1;
    // In the middle of its work; by then it may have stopped with its node.
    if (settings.crashEvery > 0 && begun % settings.crashEvery === 0) systemClock.after(0, () => kill(probe), true);
  }),
  actors: (system: ActorSystem) => {
    kill = (probe) => void system.kill(probe, "a fault of the run");
  },
});
