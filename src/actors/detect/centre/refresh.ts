import type { Clock } from "../../../base/clock.ts";
import type { TaskType } from "../../../engines/malware/index.ts";
import type { Claim, Space } from "../../../store/index.ts";
import { unreachable } from "../../../base/unreachable.ts";
import type { Policy } from "../library/policy.ts";
import { entriesOf } from "../library/verdict-view.ts";
import { verdicts } from "../records/keys.ts";
import type { Offers } from "../records/offers-record.ts";
import { readOffers, readVerdict } from "../records/read.ts";
import { parseVerdict, type VerdictEntry } from "../records/verdict-record.ts";
import type { DetectEvent } from "../setup.ts";
import { parseCursor, parseRefresh, refreshAllAgain, type RefreshWork } from "../tasks/refresh-work.ts";
import type { TaskStartAgain, Tasks } from "../tasks/tasks.ts";
import { deadlineQueue, refreshPriority } from "../work.ts";

export interface RefreshSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly tasks: Tasks;
  readonly notify: (event: DetectEvent) => void;
}

/** Open tasks, whoever asked for them, beyond which nothing is made anew. */
const mostOpen = 64;
const whenFullMs = 500;
const perPage = 100;
/** A look through the library lets others have the claim after this long. */
const pieceMs = 1_000;

/** A node that has samples and is not up may be beginning again: until then. */
const whenBackMs = 60_000;

/** Makes verdicts anew that do not hold any more, or that could lack less. Only those whose sample can be had. */
export const refresh = async (setup: RefreshSetup, claim: Claim): Promise<void> => {
  const work = parseRefresh(claim.body);
  switch (work.type) {
    case "all":
      return refreshAll(setup, claim, work);
    case "one":
      return refreshOne(setup, claim, work.sha256, work.taskType);
    default:
      return unreachable(work);
  }
};

const refreshOne = async (setup: RefreshSetup, claim: Claim, sha256: string, type: TaskType): Promise<void> => {
  const { space, policy } = setup;
  const offers = await readOffers(space);
  const entry = (await readVerdict(space, sha256))?.value.types[type];
  if (entry !== undefined && (entry.passing || policy.isStale(type, entry, offers))) await start(setup, sha256, type);
  await space.commit(undefined, [{ type: "finish", claim, outcome: "done" }]);
};

const refreshAll = async (setup: RefreshSetup, claim: Claim, { epoch, again }: WorkOnAll): Promise<void> => {
  const { space, clock } = setup;
  const offers = await readOffers(space);
  const finish = async (): Promise<void> => {
    await space.commit(undefined, [{ type: "finish", claim, outcome: "done" }]);
  };
  // A later look goes through everything again.
  if (offers.epoch > epoch) return finish();
  const untilMs = clock.monotonicMs() + pieceMs;
  let after = claim.checkpoint === undefined ? undefined : parseCursor(claim.checkpoint);
  for (;;) {
    const room = mostOpen - (await openTasks(space));
    if (room <= 0) return handOn(space, claim, after, whenFullMs);
    const page = await space.records.list(verdicts, {
      limit: Math.min(perPage, room),
      ...(after === undefined ? {} : { after }),
    });
    for (const { key, value } of page.rows) {
      const wanted = entriesOf(parseVerdict(value)).filter(([type, entry]) =>
        isWanted(setup.policy, type, entry, offers),
      );
      for (const [type] of wanted) {
        const status = await start(setup, key.slice(verdicts.length), type);
        if (status === "away" && again !== true) await space.commit(undefined, [refreshAllAgain(epoch, whenBackMs)]);
      }
    }
    if (page.next === undefined) return finish();
    after = page.next;
    if (clock.monotonicMs() >= untilMs) return handOn(space, claim, after, 0);
  }
};

type WorkOnAll = Extract<RefreshWork, { readonly type: "all" }>;

const isWanted = (policy: Policy, type: TaskType, entry: VerdictEntry, offers: Offers): boolean =>
  policy.isStale(type, entry, offers) || policy.couldMend(entry, offers);

/** Somebody goes on from there later. */
const handOn = async (space: Space, claim: Claim, after: string | undefined, delayMs: number): Promise<void> => {
  await space.commit(undefined, [
    ...(after === undefined ? [] : [{ type: "checkpoint", claim, data: { after } } as const]),
    { type: "release", claim, reason: "returned", delayMs },
  ]);
};

/** Each open task has its deadline waiting. */
const openTasks = async (space: Space): Promise<number> => {
  const { waiting, delayed, claimed } = await space.queue.counts(deadlineQueue);
  return waiting + delayed + claimed;
};

const start = async (
  { tasks, notify }: RefreshSetup,
  sha256: string,
  taskType: TaskType,
): Promise<TaskStartAgain["status"]> => {
  const started = await tasks.startAgain({ sha256, taskType, priority: refreshPriority });
  if (started.status === "started") notify({ type: "refreshed", sha256, taskId: started.taskId });
  return started.status;
};
