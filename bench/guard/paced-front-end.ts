/** A front end under a steady load: `paced-front-end.js FOLDER RULE SEED`. It checks 10,000 accesses a second, each of one of 100,000 accounts. */
import { setInterval } from "node:timers";
import { createHistogram } from "node:perf_hooks";
import { seededRandom } from "../../src/base/random.ts";
import { createGuard } from "../../src/client/guard/index.ts";

export interface PacedCall {
  readonly ms: number;
}

export interface PacedSays {
  readonly p99Micros: number;
  readonly checks: number;
  /** Since the process began. */
  readonly recorded: number;
  readonly dropped: number;
}

const checksOfMs = 10;
const accounts = Array.from({ length: 100_000 }, (_, at) => `account-${at}`);
const [folder = "", rule = "1", seed = "0"] = process.argv.slice(2);
const rules = [Number(rule)];
const random = seededRandom(Number(seed));
const guard = createGuard({ folder });

const check = ({ ms }: PacedCall): Promise<PacedSays> => {
  const nanos = createHistogram();
  const beganMs = performance.now();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - beganMs;
      for (let due = Math.floor(Math.min(elapsedMs, ms) * checksOfMs) - nanos.count; due > 0; due -= 1) {
        const access = { rules, account: accounts[random.below(accounts.length)] };
        const from = performance.now();
        guard.check(access);
        nanos.record(Math.max(1, Math.round((performance.now() - from) * 1e6)));
      }
      if (elapsedMs < ms) return;
      clearInterval(timer);
      const { recorded, dropped } = guard.counts;
      resolve({ p99Micros: nanos.percentile(99) / 1_000, checks: nanos.count, recorded, dropped });
    }, 1);
  });
};

process.on("message", (call: PacedCall) => void check(call).then((said) => process.send?.(said)));
process.on("disconnect", () => guard.close());
process.send?.("ready");
