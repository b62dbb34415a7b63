import type { Clock } from "../../../base/clock.ts";
import type { Claim, Space } from "../../../store/index.ts";
import { canScan } from "../known-version.ts";
import { answersOf } from "../records/keys.ts";
import { versionHash, type CurrentKind, type Offers, type RelayRecord } from "../records/offers-record.ts";
import { readTask } from "../records/read.ts";
import type { CentreSettings, DetectEvent } from "../setup.ts";
import { kindQueue, parseExecution } from "../work.ts";

export interface MissingKindsSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly owner: string;
  readonly settings: Pick<CentreSettings, "require" | "missingGraceMs">;
  readonly notify: (event: DetectEvent) => void;
}

const perRound = 200;
const leaseMs = 30_000;
/** An execution that is not given up waits so long for the detectors again. */
const notYetMs = 1_000;

/** Why an execution cannot be had; `undefined`: it can. */
type Hopeless = (claim: Claim) => Promise<string | undefined>;

/**
 * Gives up executions that no live host can take, once that has been so for the grace: then their tasks are decided without them. They are
 * claimed for that, so that none is given up under a relay's hands.
 * @param sinceMs wall time: before it nobody looked
 */
export const giveUpMissing = async (
  setup: MissingKindsSetup,
  offers: Offers,
  relays: readonly RelayRecord[],
  sinceMs: number,
): Promise<void> => {
  const { space, clock, settings } = setup;
  const kinds = new Set([...Object.keys(offers.kinds), ...settings.require.map(({ kind }) => kind)]);
  for (const kind of kinds) {
    const current = offers.kinds[kind];
    const queue = kindQueue(kind);
    const { waiting, delayed, claimed } = await space.queue.counts(queue);
    // Claims that have run out are found by the next claim only.
    if (waiting + delayed + claimed === 0) continue;
    if (current?.live !== true) {
      const goneMs = clock.wallMs() - Math.max(sinceMs, current?.liveSinceMs ?? 0);
      if (goneMs >= settings.missingGraceMs)
        await giveUp(setup, kind, () => Promise.resolve(whyNone(kind, current, relays)));
    } else if (isScarce(setup, kind, offers, relays)) {
      await giveUp(setup, kind, (claim) => tooFew(setup, kind, claim, offers, detectorsOf(kind, offers, relays)));
    }
  }
};

const whyNone = (kind: string, current: CurrentKind | undefined, relays: readonly RelayRecord[]): string => {
  if (current?.awaited !== true) return `no live host offers ${kind}`;
  const failed = relays
    .flatMap(({ kinds }) => kinds)
    .find((offer) => offer.kind === kind && offer.problem !== undefined);
  return failed?.problem === undefined
    ? `what ${kind} scans with has not answered yet`
    : `it cannot scan: ${failed.problem}`;
};

/** Detectors of a kind in its current version that live. One that starts when there is work counts as enough. */
const detectorsOf = (kind: string, offers: Offers, relays: readonly RelayRecord[]): number => {
  const offered = relays
    .flatMap(({ kinds }) => kinds)
    .filter((offer) => offer.kind === kind && canScan(offer) && versionHash(offer) === offers.kinds[kind]?.version);
  if (offered.some(({ detectors }) => detectors === 0)) return Infinity;
  return offered.reduce((sum, { detectors }) => sum + detectors, 0);
};

/** Whether anything may be required of the kind that it cannot do. */
const isScarce = (
  { settings }: MissingKindsSetup,
  kind: string,
  offers: Offers,
  relays: readonly RelayRecord[],
): boolean => {
  const detectors = detectorsOf(kind, offers, relays);
  const types = offers.kinds[kind]?.taskTypes ?? [];
  return settings.require.some(
    (required) => required.kind === kind && ((required.count ?? 1) > detectors || !types.includes(required.taskType)),
  );
};

const tooFew = async (
  { space, clock, settings }: MissingKindsSetup,
  kind: string,
  claim: Claim,
  offers: Offers,
  detectors: number,
): Promise<string | undefined> => {
  const { taskId, taskType } = parseExecution(claim.body);
  const task = (await readTask(space, taskId))?.value;
  if (task === undefined) return "its task is forgotten";
  if (clock.wallMs() - task.createdAtMs < settings.missingGraceMs) return undefined;
  if (offers.kinds[kind]?.taskTypes.includes(taskType) !== true)
    return `no live ${kind} looks at objects of type ${taskType}`;
  const required = task.requirement.find((each) => each.kind === kind)?.count ?? 0;
  const { rows } = await space.records.list(`${answersOf(taskId)}${kind}/`);
  if (required <= detectors || rows.length < detectors) return undefined;
  return `${required} different detectors of kind ${kind} are required, and ${detectors} live`;
};

const giveUp = async ({ space, owner, notify }: MissingKindsSetup, kind: string, hopeless: Hopeless): Promise<void> => {
  const queue = kindQueue(kind);
  const { claims } = await space.queue.claim({
    queue,
    owner: `${owner}/missing`,
    slots: perRound,
    leaseMs,
    holding: 0,
  });
  let executions = 0;
  for (const claim of claims) {
    const reason = await hopeless(claim);
    const change =
      reason === undefined
        ? ({ type: "release", claim, reason: "returned", delayMs: notYetMs } as const)
        : ({ type: "finish", claim, outcome: "failed", result: reason } as const);
    await space.commit(undefined, [change]);
    if (reason !== undefined) executions += 1;
  }
  if (executions > 0) notify({ type: "kind-missing", kind, executions });
};
