import { median } from "../../support/median.ts";
import type { CountedRows } from "./counted-rows.ts";
import type { WriterReport } from "./writer-process.ts";
import { missingOf, problemsOf, wasInside, type WriterLife } from "./writers-judge.ts";

/** What the writer saw that nothing was done to, in one round. */
export interface WritersRound {
  /** While two of the others rested. */
  readonly calm: WriterReport;
  /** While these were frozen instead, and the third one killed over and over. */
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
  /** Disturbed against calm, median of the rounds: p99 of `check`, and checks a second. */
  readonly p99Ratio: number;
  readonly rateRatio: number;
  readonly p99CalmMicros: number;
  readonly p99DisturbedMicros: number;
  readonly longestMs: number;
  readonly violations: readonly string[];
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
  const ofRounds = (value: (round: WritersRound) => number): number => Number(median(rounds.map(value)).toFixed(2));
  const unreadable = rows.unreadable > 0 ? [`${rows.unreadable} frames hold something else than rows`] : [];
  return {
    seconds: seen.seconds,
    kills: lives.filter(({ killed }) => killed).length,
    killsInside: lives.filter(wasInside).length,
    stops: seen.stops,
    checks: sum(lives.map(({ ledger }) => ledger.done)),
    dropped: sum(lives.map(({ ledger }) => ledger.dropped)),
    torn: rows.torn,
    mostMissing: Math.max(...missing),
    missing: sum(missing),
    p99Ratio: ofRounds(({ calm, disturbed }) => disturbed.p99Micros / calm.p99Micros),
    rateRatio: ofRounds(({ calm, disturbed }) => rateOf(disturbed) / rateOf(calm)),
    p99CalmMicros: ofRounds(({ calm }) => calm.p99Micros),
    p99DisturbedMicros: ofRounds(({ disturbed }) => disturbed.p99Micros),
    longestMs: Math.round(Math.max(...rounds.map(({ disturbed }) => disturbed.longestMs))),
    violations: [...seen.violations, ...unreadable, ...lives.flatMap(problemsOf)],
  };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const rateOf = ({ checks, seconds }: WriterReport): number => checks / seconds;
