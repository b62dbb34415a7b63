import { median } from "../../support/median.ts";
import type { CountedRows } from "./counted-rows.ts";
import type { WriterReport } from "./writer-process.ts";
import { missingOf, problemsOf, wasInside, type WriterLife } from "./writers-judge.ts";

/** What the writer saw that nothing was done to, in one round. */
export interface WritersRound {
  /** While all others worked, each as much. */
  readonly calm: WriterReport;
  /** While some of these were frozen and others killed over and over. */
  readonly disturbed: WriterReport;
}

export interface WritersRunResult {
  readonly seconds: number;
  readonly kills: number;
  /** Of these, within `check`, by the writer's own ledger. */
  readonly killsInside: number;
  readonly stops: number;
  readonly checks: number;
  readonly dropped: number;
  readonly torn: number;
  /** Of one kill, in accesses under a rule, and of all kills together. */
  readonly mostMissing: number;
  readonly missing: number;
  /** Disturbed against calm: the medians of p99 of `check`, and the ratio in single rounds. */
  readonly p99Ratio: number;
  readonly p99RatioOfRounds: Spread;
  readonly p99CalmMicros: Spread;
  readonly p99DisturbedMicros: Spread;
  /** Checks a second of the same writer, disturbed against calm: its load, which has to be the same. */
  readonly rateRatio: number;
  readonly longestMs: number;
  readonly violations: readonly string[];
}

interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Puts together what was seen. */
export const resultOf = ({
  lives,
  rounds,
  rows,
  ...seen
}: {
  readonly seconds: number;
  readonly stops: number;
  readonly lives: readonly WriterLife[];
  readonly rounds: readonly WritersRound[];
  readonly rows: CountedRows;
  /** Beside those of the lives. */
  readonly violations: readonly string[];
}): WritersRunResult => {
  const missing = lives.map(missingOf);
  const p99Calm = spread(rounds.map(({ calm }) => calm.p99Micros));
  const p99Disturbed = spread(rounds.map(({ disturbed }) => disturbed.p99Micros));
  const unreadable = rows.unreadable > 0 ? [`${rows.unreadable} frames hold something else than rows`] : [];
  return {
    seconds: seen.seconds,
    kills: lives.filter(({ isKilled }) => isKilled).length,
    killsInside: lives.filter(wasInside).length,
    stops: seen.stops,
    checks: sum(lives.map(({ ledger }) => ledger.done)),
    dropped: sum(lives.map(({ ledger }) => ledger.dropped)),
    torn: rows.torn,
    mostMissing: Math.max(...missing),
    missing: sum(missing),
    p99Ratio: rounded(p99Disturbed.median / p99Calm.median),
    p99RatioOfRounds: spread(rounds.map(({ calm, disturbed }) => disturbed.p99Micros / calm.p99Micros)),
    p99CalmMicros: p99Calm,
    p99DisturbedMicros: p99Disturbed,
    rateRatio: rounded(median(rounds.map(({ calm, disturbed }) => rateOf(disturbed) / rateOf(calm)))),
    longestMs: Math.round(Math.max(...rounds.map(({ disturbed }) => disturbed.longestMs))),
    violations: [...seen.violations, ...unreadable, ...lives.flatMap(problemsOf)],
  };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const rounded = (value: number): number => Number(value.toFixed(2));

const spread = (samples: readonly number[]): Spread => ({
  least: rounded(Math.min(...samples)),
  median: rounded(median(samples)),
  most: rounded(Math.max(...samples)),
});

const rateOf = ({ checks, seconds }: WriterReport): number => checks / seconds;
