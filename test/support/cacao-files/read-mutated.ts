import type { Random } from "../../../src/base/random.ts";
import { readPlaybook } from "../../../src/engines/playbook/cacao/index.ts";
import type { CacaoProblem, CacaoReading } from "../../../src/engines/playbook/cacao/index.ts";
import { mutatedJson } from "./mutated-json.ts";

/** What reading many changed playbooks came to. */
export interface MutatedReadings {
  readonly supported: number;
  readonly refused: number;
  readonly invalid: number;
  /** The longest that one took, in milliseconds. */
  readonly slowestMs: number;
  /** What must not be: those that threw, took too long, or were judged without a reason. */
  readonly misses: readonly string[];
}

/** A reading takes about one millisecond; this allows for a busy machine and is far from for ever. */
const hangMs = 5_000;

/** Reads playbooks made of others by changes. Equal seeds read equal playbooks. */
export const readMutated = (originals: readonly unknown[], count: number, random: Random): MutatedReadings => {
  const counts = { supported: 0, refused: 0, invalid: 0 };
  const misses: string[] = [];
  let slowestMs = 0;
  for (let n = 0; n < count; n += 1) {
    const mutated = mutatedJson(originals[n % originals.length], random);
    const beganMs = performance.now();
    try {
      const reading = readPlaybook(mutated);
      counts[reading.status] += 1;
      misses.push(...missesOf(reading).map((miss) => `#${n}: ${miss}`));
    } catch (thrown) {
      misses.push(`#${n}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    }
    const ms = performance.now() - beganMs;
    slowestMs = Math.max(slowestMs, ms);
    if (ms > hangMs) misses.push(`#${n}: took ${Math.round(ms)} ms`);
  }
  return { ...counts, slowestMs: Math.round(slowestMs), misses };
};

const missesOf = (reading: CacaoReading): readonly string[] => {
  const problems = reading.status === "supported" ? [] : reading.problems;
  if (reading.status !== "supported" && problems.length === 0) return [`${reading.status} without a problem`];
  return [...problems, ...reading.warnings]
    .filter(isVague)
    .map((problem) => `says too little: ${JSON.stringify(problem)}`);
};

/** What lies in the workflow names its step. */
const isVague = ({ rule, key, reason, step }: CacaoProblem): boolean =>
  rule === "" || key === "" || reason === "" || (/^workflow(?:\.|\[")/.test(key) && step === undefined);
