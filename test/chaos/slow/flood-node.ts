import { appendFileSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";
import type { Remote } from "../../../src/cluster/index.ts";
import { same, type ActorSystem, type Props } from "../../../src/kernel/index.ts";
import { runFleetNode, type FleetNodeSettings } from "../fleet/fleet-node.ts";
import { floodProtocol, type FloodMessage } from "./flood-message.ts";

/** Two of these: `node-1` tells the other one as much as goes, and writes down what becomes of it. */
export interface FloodSample {
  readonly atMs: number;
  /** Messages that a link took, and those for which `tell` got false, so far. */
  readonly taken: number;
  readonly refused: number;
  /** Dead letters for that reason. */
  readonly unreachable: number;
  readonly outboxEnvelopes: number;
  readonly outboxBytes: number;
  readonly rssBytes: number;
}

const settings = JSON.parse(process.argv[2] ?? "") as FleetNodeSettings;
const bodyBytes = 200;
const burst = 200;
const sampleEveryMs = 100;

const sinkProps: Props<{ count: number }, FloodMessage> = {
  mailbox: { capacity: 1_000_000 },
  behavior: {
    initial: () => ({ count: 0 }),
    receive: (state, message) => {
      if (message.type === "drop") state.count += 1;
      else message.replyTo.tell(state.count);
      return same;
    },
  },
};

/** @returns what ends it */
const flood = (system: ActorSystem, remote: Remote): (() => void) => {
  const sink = remote.address(floodProtocol, "node-2", "/sink");
  const body = new Uint8Array(bodyBytes);
  let [taken, refused] = [0, 0];
  let on = true;
  const tell = (): void => {
    if (!on) return;
    const full = refused;
    for (let left = burst; left > 0; left -= 1) {
      if (sink.tell({ type: "drop", body })) taken += 1;
      else refused += 1;
    }
    // Whoever is told that there is no room waits a little, as a sender should.
    systemClock.after(refused > full ? 5 : 0, tell);
  };
  const sample = (): void => {
    const [link] = remote.links();
    const { unreachable } = system.deadLetters.counts;
    const { outboxEnvelopes = 0, outboxBytes = 0 } = link ?? {};
    const line: FloodSample = {
      ...{ atMs: systemClock.monotonicMs(), taken, refused, unreachable, outboxEnvelopes, outboxBytes },
      rssBytes: process.memoryUsage.rss(),
    };
    appendFileSync(settings.log, `${JSON.stringify(line)}\n`);
    systemClock.after(sampleEveryMs, sample, true);
  };
  tell();
  sample();
  return () => (on = false);
};

let quiet = (): void => undefined;
await runFleetNode(settings, {
  actors: (system, remote) => {
    remote.export("/sink", floodProtocol);
    system.spawn(sinkProps, "sink");
    const begin = (): void => {
      if (remote.links().some(({ state }) => state === "up")) quiet = flood(system, remote);
      else systemClock.after(sampleEveryMs, begin);
    };
    if (system.node === "node-1") begin();
  },
  quiet: () => quiet(),
});
