import type { GroupView, ItemStatus, Space } from "../../../store/index.ts";
import { endKey, planKey } from "../records/keys.ts";
import { parseEnd, parsePlan, type EndRecord, type PlanRecord, type Submission } from "../records/scan-records.ts";
import { reportsOf } from "../records/reports.ts";
import type { ScanSummary, SubtaskCounts } from "../report.ts";
import type { ScanSpec } from "../spec.ts";
import { placeGroup, taskQueue } from "../work.ts";

/**
 * - `waiting`: not in process, and to be taken up when there is room.
 * - `paused`: not taken up until it is resumed.
 * - `running`: in process.
 * - `dead`: given up, because it failed or took its process along too often.
 */
export type ScanState = "waiting" | "paused" | "running" | "done" | "failed" | "cancelled" | "dead";

/** Where a scan stands. Times are wall times in milliseconds since 1970. */
export interface ScanView {
  readonly id: string;
  readonly spec: ScanSpec;
  readonly priority: number;
  readonly state: ScanState;
  readonly submittedAtMs: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  /** Place in the order in which scans were first taken up; grows, with gaps. */
  readonly extraction?: number;
  readonly subtasks: SubtaskCounts;
  /** Planned requests of all subtasks, and those of subtasks that have ended. */
  readonly plannedRequests: number;
  readonly endedRequests: number;
  /** Findings stored so far. */
  readonly findings: number;
  /** Once it is done or cancelled. */
  readonly summary?: ScanSummary;
  readonly lastError?: string;
}

/** The scan changes no more by itself. A dead one can be replayed by a person. */
export const scanHasEnded = (state: ScanState): boolean =>
  state === "done" || state === "failed" || state === "cancelled" || state === "dead";

const noSubtasks: SubtaskCounts = { planned: 0, done: 0, failed: 0, cancelled: 0, dead: 0 };

export const countsOf = (group: GroupView | undefined): SubtaskCounts => {
  if (group === undefined) return noSubtasks;
  const { planned, done, failed, cancelled, dead } = group;
  return { planned, done, failed, cancelled, dead };
};

/** Puts together what the store knows of a submitted scan. It sees no snapshot: an end that comes meanwhile is seen or not. */
export const viewScan = async (space: Space, id: string, submission: Submission): Promise<ScanView> => {
  const [plan, end] = await Promise.all([readPlan(space, id), readEnd(space, id)]);
  // A dead scan may have been replayed.
  if (end !== undefined && end.state !== "dead") return endedView(id, submission, plan, end);
  const [item, place, group] = await Promise.all([
    space.queue.get(taskQueue, id),
    space.groups.get(placeGroup(id)),
    space.groups.get(id),
  ]);
  if (item === undefined || item.status === "done") {
    // It ended between the reads, or so long ago that the queue has forgotten it.
    const ended = end ?? (await readEnd(space, id));
    if (ended !== undefined) return endedView(id, submission, plan, ended);
  }
  if (item?.status === "dead" && end !== undefined) return endedView(id, submission, plan, end);
  const { requests, findings } = await progressOf(space, id, plan);
  return {
    ...submittedView(id, submission, plan),
    state: stateOf(item?.status, place?.held === true),
    subtasks: countsOf(group),
    endedRequests: requests,
    findings,
    ...(item?.lastError === undefined ? {} : { lastError: item.lastError }),
  };
};

const readPlan = async (space: Space, id: string): Promise<PlanRecord | undefined> => {
  const record = await space.records.get(planKey(id));
  return record === undefined ? undefined : parsePlan(record.value);
};

export const readEnd = async (space: Space, id: string): Promise<EndRecord | undefined> => {
  const record = await space.records.get(endKey(id));
  return record === undefined ? undefined : parseEnd(record.value);
};

const submittedView = (
  id: string,
  { spec, priority, submittedAtMs }: Submission,
  plan: PlanRecord | undefined,
): Pick<ScanView, "id" | "spec" | "priority" | "submittedAtMs" | "startedAtMs" | "extraction" | "plannedRequests"> => ({
  ...{ id, spec, priority, submittedAtMs },
  ...(plan === undefined ? {} : { startedAtMs: plan.startedAtMs, extraction: plan.extraction }),
  plannedRequests: plan?.requests ?? 0,
});

const endedView = (id: string, submission: Submission, plan: PlanRecord | undefined, end: EndRecord): ScanView => {
  const { state, endedAtMs, subtasks, summary, lastError } = end;
  const ended = submittedView(id, submission, plan);
  return {
    ...ended,
    ...{ state, endedAtMs, subtasks },
    endedRequests: state === "done" ? ended.plannedRequests : (summary?.requests.planned ?? 0),
    findings: summary?.findings ?? 0,
    ...(summary === undefined ? {} : { summary }),
    ...(lastError === undefined ? {} : { lastError }),
  };
};

/** Sums of what the finished subtasks of a scan that is under way have reported. */
const progressOf = async (
  space: Space,
  id: string,
  plan: PlanRecord | undefined,
): Promise<{ readonly requests: number; readonly findings: number }> => {
  const sums = { requests: 0, findings: 0 };
  if (plan === undefined) return sums;
  for await (const report of reportsOf(space, id)) {
    sums.requests += report.requests.planned;
    sums.findings += report.findings;
  }
  return sums;
};

const stateOf = (status: ItemStatus | undefined, held: boolean): ScanState => {
  switch (status) {
    case "waiting":
    case "delayed":
    case "held":
      return held ? "paused" : "waiting";
    case "claimed":
      return held ? "paused" : "running";
    case "done":
    case "failed":
    case "dead":
      return status;
    // The queue forgets cancelled items sooner than records of scans are.
    case "cancelled":
    case undefined:
      return "cancelled";
  }
};
