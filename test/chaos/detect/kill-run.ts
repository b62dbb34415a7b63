import { seededRandom } from "../../../src/base/random.ts";
import { startChaosStore, type StoreKind } from "../cluster/chaos-store.ts";
import type { NodeFiles } from "../respond/respond-cluster.ts";
import { DetectCluster } from "./detect-cluster.ts";
import { judge, type Judged } from "./judge.ts";
import { chaosSample } from "./sample.ts";
import { Submitter } from "./submitter.ts";
import { killInTurn, noKills, planKills, type Kills } from "./victims.ts";

export interface DetectKillOptions {
  readonly tasks: number;
  readonly kills: number;
  /** The run ends after that long, whatever it has come to. */
  readonly minutes: number;
  readonly seed: number;
  readonly store: StoreKind;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

export interface DetectKillResult extends Judged {
  readonly kills: Kills;
  /** From the first task to the last decision. */
  readonly seconds: number;
}

/** Without any decision. Leases of relays that are gone take 15 s, and what failed is held back for some seconds. */
const stuckMs = 300_000;

/**
 * Kills detectors, relays, centres and whole nodes while a submitter has samples looked at, and settles it by logs that are not the nodes'.
 * @throws when it is not over in time; nothing is left of it then either
 */
export const detectKillRun = async (options: DetectKillOptions): Promise<DetectKillResult> => {
  const { minutes, files, say } = options;
  const store = await startChaosStore(options.store);
  try {
    const cluster = await DetectCluster.start(files, store.url);
    const over = new AbortController();
    try {
      const run = play(cluster, options);
      return await Promise.race([run, overdue(minutes, over.signal)]);
    } catch (error) {
      say(JSON.stringify(cluster.state()));
      throw error;
    } finally {
      over.abort();
      await cluster.end();
    }
  } finally {
    await store.end();
  }
};

const overdue = (minutes: number, signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`not over within ${minutes} minutes`)), minutes * 60_000);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });

const play = async (
  cluster: DetectCluster,
  { tasks, kills: count, seed, say }: DetectKillOptions,
): Promise<DetectKillResult> => {
  const random = seededRandom(seed);
  const plan = planKills(count, random);
  const kills = noKills(plan);
  await cluster.ready();
  const samples = Array.from({ length: tasks }, (_, at) => chaosSample(seed, at, random));
  const submitter = new Submitter(cluster, samples);
  const begunMs = performance.now();
  await killInTurn(cluster, submitter, { plan, tasks, stuckMs, random }, (victim, hit) => {
    if (hit) kills[victim].hit += 1;
    say(`${submitter.ledger.length} of ${tasks} decided, killed: ${victim}${hit ? "" : " (nothing was under way)"}`);
  });
  submitter.allow(tasks);
  // What is never decided is told as such, beside all else that was seen.
  await submitter.decided(tasks, stuckMs).catch((error: unknown) => say(String(error)));
  const seconds = Math.round((performance.now() - begunMs) / 1_000);
  await cluster.ready();
  say("no more kills");
  return { kills, seconds, ...(await judge(cluster, submitter.ledger, tasks)) };
};
