/**
 * A front end's process that checks accesses without a pause: `writer-process.js FOLDER NAME LEDGER`. Each access falls under all
 * rules and names the writer in its account.
 */
import { createHistogram } from "node:perf_hooks";
import { createGuard } from "../../../src/client/guard/index.ts";
import { foldAccesses, rules } from "./accesses.ts";
import { WrittenLedger } from "./writer-ledger.ts";

/** - `report`: say what was seen since the last one. - `rest`: check nothing until `go`. - `end`: write all, and end. */
export type WriterCall = "report" | "rest" | "go" | "end";

export interface WriterReport {
  readonly checks: number;
  readonly seconds: number;
  readonly p99Micros: number;
  readonly longestMs: number;
}

const burst = 100;
const accounts = 50;
const [folder = "", name = "", ledgerPath = ""] = process.argv.slice(2);
const guard = createGuard({ folder, foldAccesses });
const ledger = new WrittenLedger(ledgerPath);
const nanos = createHistogram();
let [begun, mode, sinceMs] = [0, "go" as WriterCall, performance.now()];

const check = (): void => {
  const account = `${name}-${begun % accounts}`;
  begun += 1;
  ledger.begin(begun);
  const from = performance.now();
  guard.check({ rules, account });
  nanos.record(Math.max(1, Math.round((performance.now() - from) * 1e6)));
  ledger.end(begun, guard.counts.dropped);
};

const work = (): void => {
  if (mode !== "go") return;
  for (let left = burst; left > 0; left -= 1) check();
  setImmediate(work);
};

const report = (): WriterReport => ({
  checks: nanos.count,
  seconds: (performance.now() - sinceMs) / 1_000,
  p99Micros: nanos.percentile(99) / 1_000,
  longestMs: nanos.max / 1e6,
});

process.on("message", (call: WriterCall) => {
  if (call === "report") {
    process.send?.(report());
    nanos.reset();
    sinceMs = performance.now();
    return;
  }
  const rested = mode === "rest";
  mode = call;
  if (call === "go" && rested) work();
  if (call !== "end") return;
  guard.close();
  ledger.end(begun, guard.counts.dropped);
  process.disconnect();
});
// The parent is gone without having said so.
process.on("disconnect", () => process.exit());
process.send?.("ready");
work();
