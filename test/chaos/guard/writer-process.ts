/**
 * A front end's process that checks accesses: `writer-process.js SETTINGS`. It waits for `go`. Each access falls under all rules and names the
 * writer in its account.
 */
import { setInterval } from "node:timers";
import { createHistogram } from "node:perf_hooks";
import { createGuard, type Guard } from "../../../src/client/guard/index.ts";
import { foldAccesses, rules } from "./accesses.ts";
import { WrittenLedger } from "./writer-ledger.ts";

export interface WriterSettings {
  readonly folder: string;
  readonly name: string;
  readonly ledgerPath: string;
}

/**
 * - `go`: check at the pace that all writers have. - `sprint`: without a pause, so that what hits it by chance hits it at work.
 * - `report`: say what was seen since the last one. - `end`: write all, and end.
 */
export type WriterCall = "go" | "sprint" | "report" | "end";

export interface WriterReport {
  readonly checks: number;
  readonly seconds: number;
  readonly p99Micros: number;
  readonly longestMs: number;
}

const [everyMs, checksOfMs] = [5, 2];
/** One that was frozen does not make up for it. */
const mostOfTurn = 50;
const burst = 100;
const accounts = 50;
const { folder, name, ledgerPath } = JSON.parse(process.argv[2] ?? "") as WriterSettings;
const ledger = new WrittenLedger(ledgerPath);
const nanos = createHistogram();
let guard: Guard | undefined;
let [begun, isSprinting, sinceMs] = [0, false, performance.now()];

/** Between the two writes of the ledger is nothing but `check` and a look at the clock before and after it. */
const check = (open: Guard): void => {
  const access = { rules, account: `${name}-${begun % accounts}` };
  begun += 1;
  ledger.begin(begun);
  const from = performance.now();
  open.check(access);
  const to = performance.now();
  ledger.end(begun, open.counts.dropped);
  nanos.record(Math.max(1, Math.round((to - from) * 1e6)));
};

const checkAll = (count: number): void => {
  for (let left = count; left > 0 && guard !== undefined; left -= 1) check(guard);
};

const sprint = (): void => {
  if (!isSprinting) return;
  checkAll(burst);
  setImmediate(sprint);
};

const pace = (): void => {
  let [lastMs, due] = [performance.now(), 0];
  setInterval(() => {
    const nowMs = performance.now();
    due = Math.min(due + (nowMs - lastMs) * checksOfMs, mostOfTurn);
    lastMs = nowMs;
    checkAll(Math.floor(due));
    due -= Math.floor(due);
  }, everyMs);
};

const go = (): void => {
  isSprinting = false;
  if (guard !== undefined) return;
  guard = createGuard({ folder, foldAccesses });
  pace();
};

const report = (): void => {
  const seconds = (performance.now() - sinceMs) / 1_000;
  const seen = { checks: nanos.count, seconds, p99Micros: nanos.percentile(99) / 1_000, longestMs: nanos.max / 1e6 };
  process.send?.(seen satisfies WriterReport);
  nanos.reset();
  sinceMs = performance.now();
};

const end = (): void => {
  guard?.close();
  ledger.end(begun, guard?.counts.dropped ?? 0);
  guard = undefined;
  process.disconnect();
};

const calls: Readonly<Record<WriterCall, () => void>> = {
  go,
  sprint: () => {
    isSprinting = true;
    sprint();
  },
  report,
  end,
};
process.on("message", (call: WriterCall) => calls[call]());
// The parent is gone, or has said `end`.
process.on("disconnect", () => process.exit());
process.send?.("ready");
