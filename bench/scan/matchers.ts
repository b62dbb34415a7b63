import { systemClock } from "../../src/base/clock.ts";
import { seededRandom, systemRandom } from "../../src/base/random.ts";
import { EvaluationBudget } from "../../src/engines/scan/operators/budget.ts";
import { compileOperators } from "../../src/engines/scan/operators/compile.ts";
import type { Evidence } from "../../src/engines/scan/operators/evidence.ts";
import type { Matcher } from "../../src/engines/scan/operators/operator.ts";
import { Part } from "../../src/engines/scan/operators/part.ts";
import { createSearcher } from "../../src/engines/scan/search/create-searcher.ts";
import { parseYaml } from "../../src/engines/scan/template/document.ts";
import type { Problem } from "../../src/engines/scan/template/problem.ts";
import {
  blockOf,
  literalless,
  matcherMix,
  mixedPage,
  type MixedMatcher,
  naively,
} from "../../test/support/matcher-mix.ts";
import { median, type Report } from "../report.ts";
import { matchersOfTemplates } from "./matchers-of-templates.ts";

const words = 2_500;
const patterns = 500;
const bodyBytes = 100_000;
const limitMs = 30;
const rounds = 25;
const warmUps = 5;
const naiveRounds = 3;
/** Bodies on which the results are compared with those of the naive evaluator, and how large they are at most. */
const comparedBodies = 1_000;
const comparedBytes = 1_500;

/**
 * Thousands of matchers of a cluster of templates look at one response. They are generated, or those of the templates in
 * the folder `GARRISON_BENCH_TEMPLATES`, in copies with other names.
 */
export const name = "scan-matchers";

export const run = (report: Report): Promise<void> => {
  measure(report);
  return Promise.resolve();
};

const measure = (report: Report): void => {
  const folder = process.env["GARRISON_BENCH_TEMPLATES"];
  const mix =
    folder === undefined
      ? matcherMix(words, patterns, 1)
      : matchersOfTemplates(folder, words, patterns, seededRandom(1));
  const matchers = compiled(mix);
  const naive = naively(mix);
  compare(matchers, naive);

  const ours: number[] = [];
  const theirs: number[] = [];
  const without: number[] = [];
  const unfiltered = compiled(literalless.map((source) => ({ type: "regex", regex: [source], condition: "or" })));
  for (let round = 0; round < warmUps + rounds; round += 1) {
    const body = mixedPage(bodyBytes, round);
    const sample = timed(() => judged(matchers, body));
    const slow = timed(() => judged(unfiltered, body)) / unfiltered.length;
    if (round < warmUps) continue;
    ours.push(sample);
    without.push(slow);
  }
  for (let round = 0; round < naiveRounds; round += 1) theirs.push(timed(() => naive(mixedPage(bodyBytes, round))));
  const what = `${words} word and ${patterns} regex matchers on ${bodyBytes / 1_000} kB`;
  report.add({
    what,
    unit: "ms CPU",
    ours,
    peer: { name: "limit", samples: ours.map(() => limitMs) },
    aim: { atMost: 1 },
  });
  report.add({
    what: "the same",
    unit: "ms CPU",
    ours: [median(ours)],
    peer: { name: "one by one, without prefilter", samples: [median(theirs)] },
    aim: { atMost: 1 },
  });
  report.add({
    what: "each pattern without a required literal, in place",
    unit: "ms CPU",
    ours: without,
    peer: { name: "limit", samples: without.map(() => limitMs) },
    aim: { atMost: 1 },
  });
};

/** Milliseconds of the processor, so that what else runs on the machine does not count. */
const timed = (work: () => unknown): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

const compare = (matchers: readonly Matcher[], naive: (body: Buffer) => readonly boolean[]): void => {
  for (let seed = 0; seed < comparedBodies; seed += 1) {
    const body = mixedPage((seed * 37) % comparedBytes, seed);
    const [mine, simple] = [judged(matchers, body), naive(body)];
    const differs = mine.findIndex((matched, at) => matched !== simple[at]);
    if (differs !== -1) throw new Error(`matcher ${differs} says ${String(mine[differs])} of the body of seed ${seed}`);
  }
};

const compiled = (mix: readonly MixedMatcher[]): readonly Matcher[] => {
  const problems: Problem[] = [];
  const section = parseYaml(blockOf(mix), { file: "bench.yaml", problems });
  const operators = section && compileOperators(section, { operatorsPerBlock: mix.length });
  if (operators === undefined || problems.length > 0) throw new Error(JSON.stringify(problems[0]));
  return operators.matchers;
};

const searcher = createSearcher({ clock: systemClock, budgetMs: 60_000 });

/** What each matcher says of a body that nobody has looked at yet. */
const judged = (matchers: readonly Matcher[], body: Buffer): readonly boolean[] => {
  const part = new Part(body);
  const evidence: Evidence = {
    value: () => undefined,
    part: () => part,
    define: () => undefined,
    scope: { get: () => undefined },
    dsl: { clock: systemClock, random: systemRandom },
    searcher,
    budget: new EvaluationBudget(systemClock, 60_000),
  };
  return matchers.map((matcher) => {
    const result = matcher.matches(evidence);
    if (result instanceof Promise) throw new Error("a matcher waits");
    return result.matched;
  });
};
