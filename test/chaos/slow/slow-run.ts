import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { linkBounds } from "../../../src/cluster/links/bounds.ts";
import { script } from "../../support/script.ts";
import { until } from "../../support/until.ts";
import { Fleet } from "../fleet/fleet.ts";
import type { FloodSample } from "./flood-node.ts";

export interface SlowRunOptions {
  /** Of each phase. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** What the sender saw while its peer was so. */
export interface SlowPhase {
  readonly takenPerSecond: number;
  /** `tell` got false, in this phase. */
  readonly refused: number;
  readonly unreachable: number;
  readonly mostEnvelopes: number;
  readonly mostBytes: number;
  readonly mostRssMb: number;
}

export interface SlowRunResult {
  readonly calm: SlowPhase;
  readonly stopped: SlowPhase;
  readonly slow: SlowPhase;
  /** Nobody was declared dead, nothing restarted. */
  readonly lives: number;
  /** How long until all that was taken had been acknowledged, after the network was fast again. */
  readonly drainedMs: number;
}

/** So long that nobody declares a stopped node dead. */
const leaseMs = 60_000;
const bytesPerSecond = 100_000;
const megabyte = 1024 * 1024;
const drainMs = 60_000;

export const withinBounds = ({ mostEnvelopes, mostBytes }: SlowPhase): boolean =>
  mostEnvelopes <= linkBounds.outboxEnvelopes && mostBytes <= linkBounds.outboxBytes;

/** One node tells another as much as goes, while that one is well, then stopped, then behind a slow network. */
export const slowRun = async ({ seconds, say }: SlowRunOptions): Promise<SlowRunResult> => {
  const fleet = await Fleet.start({ nodes: 2, leaseMs, say, script: script("flood-node", import.meta.url) });
  try {
    const [sender, receiver] = fleet.living;
    if (sender === undefined || receiver === undefined) throw new Error("two nodes are needed");
    const phase = async (name: string): Promise<SlowPhase> => {
      const fromMs = systemClock.monotonicMs();
      await pause(seconds * 1_000);
      const seen = phaseOf(samplesOf(fleet).filter(({ atMs }) => atMs >= fromMs));
      say(`${name}: ${JSON.stringify(seen)}`);
      return seen;
    };
    const calm = await phase("calm");
    await receiver.freeze();
    const stopped = await phase("stopped");
    receiver.thaw();
    fleet.net.set(0, 1, { bytesPerSecond });
    const slow = await phase("slow");
    fleet.net.heal();
    sender.send("quiet");
    const healedMs = systemClock.monotonicMs();
    await until(
      () => samplesOf(fleet).at(-1)?.outboxEnvelopes === 0,
      () => samplesOf(fleet).at(-1),
      drainMs,
    );
    const drainedMs = Math.round(systemClock.monotonicMs() - healedMs);
    return { calm, stopped, slow, lives: fleet.nodes.reduce((sum, { lives }) => sum + lives.length, 0), drainedMs };
  } finally {
    await fleet.end();
  }
};

const samplesOf = (fleet: Fleet): readonly FloodSample[] =>
  (fleet.logs()[0]?.text ?? "")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as FloodSample);

const phaseOf = (samples: readonly FloodSample[]): SlowPhase => {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) throw new Error("the sender wrote nothing down");
  const most = (of: (sample: FloodSample) => number): number => Math.max(...samples.map(of));
  return {
    takenPerSecond: Math.round(((last.taken - first.taken) / (last.atMs - first.atMs)) * 1_000),
    refused: last.refused - first.refused,
    unreachable: last.unreachable - first.unreachable,
    mostEnvelopes: most(({ outboxEnvelopes }) => outboxEnvelopes),
    mostBytes: most(({ outboxBytes }) => outboxBytes),
    mostRssMb: Math.round(most(({ rssBytes }) => rssBytes) / megabyte),
  };
};
