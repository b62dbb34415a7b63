import { seededRandom, type Random } from "../../../src/base/random.ts";
import { until } from "../../support/until.ts";
import { startChaosStore, type StoreKind } from "../cluster/chaos-store.ts";
import type { NodeFiles } from "../respond/respond-cluster.ts";
import { answersWrong, decisionsWrong, downloadsAgain, linesByObject, wasTakenOver } from "./decision-checks.ts";
import { DetectCluster } from "./detect-cluster.ts";
import { readLines } from "./detector-log.ts";
import { endWrong, filesLeft } from "./remains.ts";
import { chaosSample } from "./sample.ts";
import { Submitter } from "./submitter.ts";

export interface DetectKillOptions {
  readonly tasks: number;
  readonly kills: number;
  readonly seed: number;
  readonly store: StoreKind;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

const victims = ["detector", "relay", "centre"] as const;
type Victim = (typeof victims)[number];

export interface DetectKillResult {
  readonly decided: number;
  readonly seconds: number;
  readonly killed: Readonly<Record<Victim, number>>;
  /** Tasks of which an execution was begun once more than required. */
  readonly takenOver: number;
  /** Scans that detectors began. */
  readonly scans: number;
  /** Objects that went whole to a relay. */
  readonly downloads: number;
  /** What must not be, at most the first of each kind. */
  readonly violations: readonly string[];
  readonly ledger: { readonly system: "detect"; readonly planned: number; readonly done: number } & {
    readonly doneTwice: number;
    readonly lost: number;
    readonly restarts: number;
  };
}

const shownOfAKind = 5;
/** Without any decision. Leases of relays that are gone take 15 s, and what failed is held back for some seconds. */
const stuckMs = 120_000;
const readyMs = 90_000;
const asksAtOnce = 16;

/** Kills detectors, relays and centres while a submitter has samples looked at, and settles it by logs that are not the nodes'. */
export const detectKillRun = async (options: DetectKillOptions): Promise<DetectKillResult> => {
  const { tasks, kills, seed, files, say } = options;
  const random = seededRandom(seed);
  const store = await startChaosStore(options.store);
  const cluster = await DetectCluster.start(files, store.url);
  try {
    await allReady(cluster);
    const samples = Array.from({ length: tasks }, (_, at) => chaosSample(seed, at, random));
    const begunMs = performance.now();
    const submitter = new Submitter(cluster, samples);
    const killed = { detector: 0, relay: 0, centre: 0 };
    for (let kill = 0; kill < kills; kill += 1) {
      await decidedOf(cluster, submitter, Math.floor((tasks * (kill + 0.5)) / kills));
      const victim = victims[kill % victims.length] ?? "detector";
      await killOne(cluster, victim, random);
      killed[victim] += 1;
      say(`${submitter.ledger.length} decided, killed: ${JSON.stringify(killed)}`);
    }
    await decidedOf(cluster, submitter, tasks).catch((error: unknown) => say(String(error)));
    const seconds = Math.round((performance.now() - begunMs) / 1_000);
    await allReady(cluster);
    return { killed, seconds, ...(await judge(cluster, submitter, options)) };
  } finally {
    await cluster.end();
    await store.end();
  }
};

const allReady = (cluster: DetectCluster): Promise<void> =>
  until(
    () => cluster.nodes.every(({ isReady }) => isReady),
    () => stateOf(cluster),
    readyMs,
  );

/** What nodes and detectors said last. */
const stateOf = ({ nodes, detectors }: DetectCluster): readonly object[] => [
  ...nodes.map(({ isReady, stderr }) => ({ isReady, stderr: stderr.slice(-500) })),
  ...detectors.map(({ pid, stderr }) => ({ pid, stderr: stderr.slice(-200) })),
];

/** So many are decided. Rejects when there is no decision for too long. */
const decidedOf = async (cluster: DetectCluster, { ledger, done }: Submitter, least: number): Promise<void> => {
  while (ledger.length < least) {
    const before = ledger.length;
    await Promise.race([
      until(
        () => ledger.length > before,
        () => ({ decided: before, least, nodes: stateOf(cluster) }),
        stuckMs,
      ),
      done,
    ]);
  }
};

const killOne = async (cluster: DetectCluster, victim: Victim, random: Random): Promise<void> => {
  await allReady(cluster);
  if (victim === "detector") {
    const started = cluster.started();
    const at = random.below(cluster.detectors.length + started.length);
    const detector = cluster.detectors[at];
    // Its relay starts that one again.
    if (detector === undefined) return void process.kill(started[at - cluster.detectors.length] ?? 0, "SIGKILL");
    await detector.kill();
    return detector.restart();
  }
  const node = victim === "centre" ? cluster.centre : cluster.relays[random.below(cluster.relays.length)];
  await node?.kill();
  node?.restart();
};

const judge = async (
  cluster: DetectCluster,
  { ledger }: Submitter,
  { tasks, kills, say }: DetectKillOptions,
): Promise<Omit<DetectKillResult, "killed" | "seconds">> => {
  say("no more kills");
  const twice: string[] = [];
  const wrong: string[] = [];
  const lines = cluster.detectors.flatMap(({ log }) => readLines(log));
  const byObject = linesByObject(lines);
  const left = ledger.values();
  const look = async (): Promise<void> => {
    for (const submitted of left) {
      const { sha256 } = submitted;
      const { verdicts } = await cluster.ask((client) => client.detection.history(sha256));
      const verdict = await cluster.ask((client) => client.detection.get({ algorithm: "sha256", hex: sha256 }));
      twice.push(...decisionsWrong(submitted, verdicts));
      wrong.push(...answersWrong(verdict, byObject.get(sha256) ?? []));
    }
  };
  await Promise.all(Array.from({ length: asksAtOnce }, look));
  const downloads = cluster.proxies.flatMap((proxy) => proxy.downloads);
  const again = downloadsAgain(downloads);
  const lost = tasks - ledger.length;
  const violations = [
    ...(lost === 0 ? [] : [`${lost} tasks of ${tasks} were never decided`]),
    ...[twice, wrong, again, await filesLeft(cluster), await endWrong(cluster)].flatMap((kind) =>
      kind.slice(0, shownOfAKind),
    ),
    ...lines.filter(({ event }) => event === "wrong").map(({ detector }) => `${detector} had bytes of another object`),
  ];
  return {
    decided: ledger.length,
    takenOver: [...byObject.values()].filter(wasTakenOver).length,
    scans: lines.filter(({ event }) => event === "begun").length,
    downloads: downloads.length,
    violations,
    ledger: { system: "detect", planned: tasks, done: ledger.length, doneTwice: twice.length, lost, restarts: kills },
  };
};
