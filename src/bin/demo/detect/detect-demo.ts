import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";
import { systemRandom } from "../../../base/random.ts";
import type { GarrisonClient } from "../../../client/index.ts";
import { runDetector } from "../../../client/detector/index.ts";
import { Retrying } from "../../calls/retrying.ts";
import type { DemoNode } from "../demo-node.ts";
import { Disturbances } from "../disturbances.ts";
import type { Ledger } from "../ledger.ts";
import { DetectorKill } from "./detector-kill.ts";
import { fragileEngine, fragileKind } from "./fragile-engine.ts";
import { faultsOf, verdictsTable } from "./judge-verdicts.ts";
import type { SampleFolder } from "./sample-folder.ts";
import { settleDecisions } from "./settle-decisions.ts";
import { submitSamples } from "./submit-samples.ts";

export interface DetectDemoOptions {
  readonly client: GarrisonClient;
  /** The node that is the relay of this host and runs its detectors, and the relay's socket. */
  readonly relay: { readonly node: DemoNode; readonly socket: string };
  readonly samples: SampleFolder["samples"];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface DetectDemoRun {
  /** What became of the samples, for people. */
  readonly table: string;
  readonly ledger: Ledger;
  /** What went wrong, beside what the ledger counts. */
  readonly faults: readonly string[];
}

const shipped = ["digest", "structure", "yara"];
/** The name that the relay gives to the detector that is killed: without it nothing is decided. */
const victim = "yara-1";
const longestSilenceMs = 30_000;
const lookEveryMs = 100;
const offeredMs = 60_000;

/**
 * Submits labelled samples to a cluster whose relay runs the detectors that come with it, beside one that fails at some samples, and kills
 * one of them with samples in its hands.
 */
export const runDetectDemo = async (options: DetectDemoOptions): Promise<DetectDemoRun> => {
  const { relay, clock, signal } = options;
  const { socket } = relay;
  const over = new AbortController();
  const ending = AbortSignal.any([over.signal, signal]);
  const fragile = runDetector({ engine: fragileEngine, socket, name: `${fragileKind}-1`, signal: ending, clock });
  try {
    // It ends first only by failing.
    return await Promise.race([judged(options), fragile.then(() => Promise.reject(new Error("the demo was ended")))]);
  } finally {
    over.abort();
    await fragile;
  }
};

const judged = async ({ client, relay, samples, clock, signal, say }: DetectDemoOptions): Promise<DetectDemoRun> => {
  const { detection } = client;
  const onSilence = ({ message }: Error): void => say(`${message}; trying again`);
  const retrying = new Retrying({ clock, random: systemRandom, longestSilenceMs, onSilence });
  const offered = async (): Promise<readonly string[]> =>
    (await retrying.call(() => detection.detectors(), signal)).flatMap(({ kinds }) => kinds.map(({ kind }) => kind));
  await untilOffered([...shipped, fragileKind], offered, clock, signal);
  const after = Math.floor(samples.length / 3);
  const kill = new DetectorKill({ node: relay.node, detector: victim, after, clock, signal });
  const disturbances = new Disturbances({ planned: [kill], unit: "verdicts", clock, say });
  let decided = 0;
  const onDecided = (): void => {
    kill.decided();
    disturbances.look((decided += 1));
  };
  const outcomes = await submitSamples(samples, { detection, retrying, onDecided, clock, signal });
  await disturbances.settled();
  const missed = disturbances.missed.map(({ what }) => `the samples were judged too early: not done: ${what}`);
  const ledger = settleDecisions(outcomes, kill.killedAtMs);
  const idle = ledger.takeoverMs > 0 ? [] : [`no sample waited for ${victim} when it was killed`];
  return { table: verdictsTable(outcomes), ledger, faults: [...missed, ...idle, ...faultsOf(outcomes)] };
};

const untilOffered = async (
  kinds: readonly string[],
  offered: () => Promise<readonly string[]>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  const untilMs = clock.monotonicMs() + offeredMs;
  for (;;) {
    const there = await offered();
    const missing = kinds.filter((kind) => !there.includes(kind));
    if (missing.length === 0) return;
    if (clock.monotonicMs() > untilMs) throw new Error(`no detector of ${missing.join(", ")} within ${offeredMs} ms`);
    await pause(clock, lookEveryMs, signal);
    signal.throwIfAborted();
  }
};
