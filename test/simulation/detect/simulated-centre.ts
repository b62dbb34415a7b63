import {
  DetectError,
  type CentreDesk,
  type CentrePort,
  type ObjectSource,
  type RelayIdentity,
} from "../../../src/actors/detect/index.ts";
import type { Enter } from "../event-loop.ts";
import type { World } from "../world.ts";
import type { DetectFacts } from "./facts.ts";
import { isFaulty } from "./is-faulty.ts";
import type { DetectionPlan } from "./plan.ts";
import { simulatedCall } from "./simulated-call.ts";

/** The desk of a node that has the role `centre`. */
export interface ReachableDesk {
  readonly desk: CentreDesk;
  readonly enter: Enter;
}

export interface SimulatedCentreSetup {
  readonly world: World;
  readonly plan: DetectionPlan;
  readonly facts: DetectFacts;
  readonly relay: RelayIdentity;
  /** Lets something happen in the process of the relay. */
  readonly enter: Enter;
  /** Those of the nodes that are up. */
  readonly desks: () => readonly ReachableDesk[];
}

const timeoutMs = 2_500;
const cutChance = 0.04;
const longestCutMs = 3_000;
const downloadFaultChance = 0.5;

/** What can go wrong on the way from a relay to the centre, beside its calls. */
export const centreFaults = ["relay cut off", "download fails", "download stalls", "download is corrupt"] as const;

/** The centre as the relay of one host reaches it: any node answers a call. */
export const simulatedCentre = (setup: SimulatedCentreSetup): CentrePort => {
  const { world, relay, desks, enter } = setup;
  let cutUntilMs = 0;

  const isCut = (): boolean => {
    if (!isFaulty(world)) return false;
    if (world.chance(cutChance)) {
      cutUntilMs = world.clock.monotonicMs() + world.random.below(longestCutMs);
      world.count("fault: relay cut off");
    }
    return world.clock.monotonicMs() < cutUntilMs;
  };
  const call = <Answer>(what: string, answer: (desk: CentreDesk) => Promise<Answer>): Promise<Answer> =>
    simulatedCall(
      {
        ...{ world, enter, timeoutMs, label: `${relay.incarnation} ${what}` },
        overdue: () => new DetectError("no-centre", `${what} was not answered`, { retryable: true }),
      },
      () => {
        const all = isCut() ? [] : desks();
        const one = all[world.random.below(Math.max(1, all.length))];
        return one === undefined ? undefined : { enter: one.enter, answer: () => answer(one.desk) };
      },
    );

  return {
    announce: (by, kinds) => call("announce", (desk) => desk.announce(by, kinds)),
    fetchTasks: (by, wanted, taskIds) => call("fetch", (desk) => desk.fetchTasks(by, wanted, taskIds)),
    extend: (by, claims) => call("extend", (desk) => desk.extend(by, claims)),
    report: (by, summaries) => call("report", (desk) => desk.report(by, summaries)),
    download: (source, signal) => bytesOf(setup, source, signal),
  };
};

/** The bytes come in two pieces, unless something goes wrong between them. */
async function* bytesOf(
  { world, plan, facts, relay, enter }: SimulatedCentreSetup,
  { sha256 }: ObjectSource,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { host, incarnation } = relay;
  const by = { host, relay: incarnation, sha256, id: facts.all.length };
  facts.note({ type: "download", ...by });
  signal.addEventListener("abort", () => facts.note({ type: "unwanted", ...by }), { once: true });
  const bytes = plan.objects.get(sha256)?.bytes ?? new Uint8Array();
  const fault =
    isFaulty(world) && world.chance(downloadFaultChance)
      ? (["download fails", "download stalls", "download is corrupt"] as const)[world.random.below(3)]
      : undefined;
  if (fault !== undefined) world.count(`fault: ${fault}`);
  const half = bytes.length / 2;
  yield await arriving(world, enter, signal, bytes.subarray(0, half));
  if (fault === "download stalls") await new Promise<never>(() => undefined);
  if (fault === "download fails") throw new DetectError("unavailable", "the download broke off", { retryable: true });
  yield await arriving(world, enter, signal, bytes.subarray(fault === "download is corrupt" ? 0 : half, bytes.length));
}

const arriving = (world: World, enter: Enter, signal: AbortSignal, bytes: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    world.later("bytes of an object", () =>
      enter(() => (signal.aborted ? reject(new DetectError("unavailable", "nobody wants it")) : resolve(bytes))),
    );
  });
