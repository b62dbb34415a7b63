import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { seededRandom, systemRandom } from "../../base/random.ts";
import type { GarrisonClient } from "../../client/index.ts";
import type { PackedBundle, Template } from "../../engines/scan/index.ts";
import { DemoCluster } from "./demo-cluster.ts";
import type { DemoNode, Victim } from "./demo-node.ts";
import type { DemoStore } from "./demo-store.ts";
import { openGuardPlace, type GuardPlace } from "./guard-place.ts";
import { runGuardDemo, type GuardDemoRun } from "./guard/guard-demo.ts";
import { respondEnvironment } from "./respond-environment.ts";
import { detectEnvironment, relaySocket } from "./detect-environment.ts";
import { runDetectDemo, type DetectDemoRun } from "./detect/detect-demo.ts";
import { writeSamples, type SampleFolder } from "./detect/sample-folder.ts";
import { runRespondDemo, type RespondDemoRun } from "./respond/respond-demo.ts";
import { runScanDemo, type ScanDemoRun } from "./scan-demo.ts";
import { startSite } from "./site-process.ts";

export interface DemoOptions {
  readonly name: string;
  readonly templates: readonly Template[];
  readonly bundle: PackedBundle;
  /** For logs, the token and all that detection keeps. */
  readonly folder: string;
  readonly store: DemoStore;
  /** Chooses the node that is killed; `undefined`: nobody is killed, and no store. */
  readonly seed: number | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface DemoRun extends ScanDemoRun {
  /** `undefined`: nobody disturbed it. */
  readonly response: RespondDemoRun | undefined;
  readonly detection: DetectDemoRun | undefined;
  readonly interception: GuardDemoRun | undefined;
}

const nodes = 3;
const siteDelayMs = 40;

/**
 * One scan of each part of a fresh practice website by a fresh cluster. A cluster that is disturbed then answers a flood of events, judges
 * samples and intercepts clients of front ends, and is disturbed at each of them.
 */
export const runDemo = async (options: DemoOptions): Promise<DemoRun> => {
  const { name, folder, store, seed, clock } = options;
  // Differs from those of earlier runs, on a store that stays.
  const run = `demo-${Math.round(clock.wallMs())}`;
  const chosen = seed === undefined ? undefined : seededRandom(seed).below(nodes);
  // Whoever is killed, another node answers, and is the relay.
  const unharmed = ((chosen ?? 0) + 1) % nodes;
  const detectFolder = join(folder, `detect-${name}`);
  const samples = seed === undefined ? undefined : await writeSamples(detectFolder, run);
  const site = await startSite(join(folder, `access-${name}.log`), siteDelayMs, clock);
  const guardSetup = { folder: join(folder, `guard-${name}`), site: site.url, random: systemRandom, clock };
  let place: GuardPlace | undefined;
  let cluster: DemoCluster | undefined;
  try {
    if (seed !== undefined) place = await openGuardPlace(guardSetup);
    cluster = new DemoCluster({
      nodes,
      folder,
      environment: {
        ...store.environment,
        ...detectEnvironment(detectFolder, samples?.denyList),
        ...(place === undefined ? {} : { ...respondEnvironment(place.answers), ...place.environment }),
      },
      configFile: place?.configFile,
      relay: unharmed,
      clock,
      say: options.say,
    });
    const addresses = await cluster.start();
    const client = await cluster.client(addresses[unharmed] ?? "");
    const victim = chosen === undefined ? undefined : { name: `node-${chosen + 1}`, node: cluster.node(chosen) };
    const scan = await runScanDemo({ ...options, site, client, victim, run });
    const response = await responded(options, client, victim);
    const relay = { node: cluster.node(unharmed), socket: relaySocket(detectFolder) };
    const detection = await detected(options, client, relay, samples);
    return { ...scan, response, detection, interception: await intercepted(options, client, victim, place, run) };
  } finally {
    await cluster?.stop();
    await place?.stop();
    await site.stop();
  }
};

const responded = async (
  { seed, clock, signal, say }: DemoOptions,
  client: GarrisonClient,
  victim: Victim | undefined,
): Promise<RespondDemoRun | undefined> => {
  if (seed === undefined || victim === undefined) return undefined;
  say(
    "the same nodes answer 500 events with seven playbooks, of which one is CACAO, one crashes, one hangs and one leaks",
  );
  return runRespondDemo({ client, victim, seed, clock, signal, say });
};

const detected = async (
  { clock, signal, say }: DemoOptions,
  client: GarrisonClient,
  relay: { readonly node: DemoNode; readonly socket: string },
  folder: SampleFolder | undefined,
): Promise<DetectDemoRun | undefined> => {
  if (folder === undefined) return undefined;
  const { samples } = folder;
  say(`the same nodes judge ${samples.length} harmless samples with four engines, of which one fails at some`);
  return runDetectDemo({ client, relay, samples, clock, signal, say });
};

const intercepted = async (
  { seed, clock, signal, say }: DemoOptions,
  client: GarrisonClient,
  victim: Victim | undefined,
  place: GuardPlace | undefined,
  run: string,
): Promise<GuardDemoRun | undefined> => {
  if (seed === undefined || victim === undefined || place === undefined) return undefined;
  say("the same nodes count accesses to two front ends, which deny who exceeds a limit");
  return runGuardDemo({ place, client, victim, seed, run, clock, signal, say });
};
