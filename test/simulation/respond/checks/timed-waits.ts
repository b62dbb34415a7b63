import { parseRunRecord, type RunRecord } from "../../../../src/actors/respond/records/run-record.ts";
import type { Violation } from "../../../support/invariants/index.ts";
import type { StoreEvent } from "../../store-history.ts";
import { putsUnder } from "./puts.ts";
import type { ResponseRecord } from "./response-record.ts";

/** A run that waited for a time. */
export interface TimedWait {
  readonly runId: string;
  /** Wall time. */
  readonly untilMs: number;
  /** What was written of it next; `undefined`: nothing. */
  readonly next: RunRecord | undefined;
  /** When that was. */
  readonly nextMs: number;
}

export const timedWaits = (history: readonly StoreEvent[]): readonly TimedWait[] => {
  const waits: TimedWait[] = [];
  const open = new Map<string, number>();
  for (const { name, value, atMs } of putsUnder(history, "run/")) {
    const record = parseRunRecord(value);
    const untilMs = open.get(name);
    if (untilMs !== undefined) waits.push({ runId: name, untilMs, next: record, nextMs: atMs });
    open.delete(name);
    if (record.state === "waiting" && record.untilMs !== undefined) open.set(name, record.untilMs);
  }
  for (const [runId, untilMs] of open)
    waits.push({ runId, untilMs, next: undefined, nextMs: Number.POSITIVE_INFINITY });
  return waits;
};

/** Others may have all the processes, each for as long as an execution may take. */
const lateMs = 60_000;

/** I22: a run that waits for a time goes on at that time, and not before by itself. */
export const checkTimedWaits = ({ history, healedAtMs, wallOffsetMs }: ResponseRecord): Violation[] =>
  timedWaits(history).flatMap(({ runId, untilMs, next, nextMs }): Violation[] => {
    const dueMs = untilMs - wallOffsetMs;
    const breach = (what: string): Violation[] => [
      { invariant: "I22", message: `run ${runId} ${what}`, at: history.length, about: runId },
    ];
    if (nextMs > Math.max(dueMs, healedAtMs) + lateMs) return breach(`did not go on at its time, ${dueMs}`);
    if (next?.state === "running" && nextMs < dueMs) return breach(`went on ${dueMs - nextMs} ms before its time`);
    return [];
  });
