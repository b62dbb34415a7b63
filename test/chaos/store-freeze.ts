import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../src/base/random.ts";
import { tempDir } from "../support/temp-dir.ts";
import { readLedger, type Ledger } from "./load-ledger.ts";
import { LoadProcess } from "./load-process.ts";

const processes = 3;
const callTimeoutMs = 500;
/** Others that get nothing done for so long wait for the frozen one's lock. */
const blockedAfterMs = 250;
const attemptsAtMost = 200;

export interface FreezeResult {
  readonly ledger: Ledger;
  /** Freezes that hit the process inside a write transaction, and those that did not. */
  readonly blocked: number;
  readonly missed: number;
  /** While it was frozen, over all rounds: of the other processes. */
  readonly highestLagMs: number;
  readonly deadlines: number;
  readonly reads: number;
  readonly failedReads: number;
  readonly highestRssMb: number;
}

/**
 * Three processes share a store under load; one of them is frozen at random moments until that hit it inside a write
 * transaction, `rounds` times for `freezeMs`. It is thawed and killed in turn.
 */
export const freezeUnderLoad = async (rounds: number, freezeMs: number, seed: number): Promise<FreezeResult> => {
  const random = seededRandom(seed);
  const directory = tempDir("freeze");
  const logs = join(directory.path, "logs");
  mkdirSync(logs);
  let started = 0;
  const start = (): LoadProcess => {
    const name = `p${started++}`;
    const store = join(directory.path, "store");
    return new LoadProcess({ directory: store, log: join(logs, name), name, callTimeoutMs, leaseMs: 1_000 });
  };
  const running = Array.from({ length: processes }, start);
  const result = { blocked: 0, missed: 0, highestLagMs: 0, deadlines: 0, reads: 0, failedReads: 0, highestRssMb: 0 };
  const sum = (read: (one: LoadProcess) => number, of: readonly LoadProcess[]): number =>
    of.reduce((total, one) => total + read(one), 0);
  try {
    while (result.blocked < rounds) {
      if (result.blocked + result.missed >= attemptsAtMost) throw new Error(`blocked ${result.blocked} times only`);
      await Promise.all(running.map((one) => one.progress(30_000)));
      await pause(random.next() * 100);
      const at = random.below(processes);
      const victim = running[at] as LoadProcess;
      const others = running.filter((one) => one !== victim);
      victim.signal("SIGSTOP");
      await pause(callTimeoutMs / 2);
      const before = sum((one) => one.finished, others);
      const deadlines = sum((one) => one.deadlines, others);
      const reads = sum((one) => one.reads, others);
      const failedReads = sum((one) => one.failedReads, others);
      for (const one of others) one.resetPeaks();
      await pause(blockedAfterMs);
      if (sum((one) => one.finished, others) > before) {
        result.missed += 1;
        victim.signal("SIGCONT");
        continue;
      }
      await pause(freezeMs);
      result.blocked += 1;
      result.deadlines += sum((one) => one.deadlines, others) - deadlines;
      result.reads += sum((one) => one.reads, others) - reads;
      result.failedReads += sum((one) => one.failedReads, others) - failedReads;
      result.highestLagMs = Math.max(result.highestLagMs, ...others.map((one) => one.highestLagMs));
      result.highestRssMb = Math.max(result.highestRssMb, ...others.map((one) => one.highestRssBytes / 2 ** 20));
      if (result.blocked % 2 === 1) {
        victim.signal("SIGCONT");
      } else {
        await victim.kill();
        running[at] = start();
      }
    }
    await Promise.all(running.map((one) => one.progress(30_000)));
    await Promise.all(running.map((one) => one.drain(60_000)));
    return { ...result, ledger: readLedger(logs) };
  } finally {
    await Promise.all(running.map((one) => one.kill()));
    directory.remove();
  }
};
