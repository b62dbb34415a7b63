import type { Clock } from "../../../base/clock.ts";
import { EvaluationBudget } from "../operators/budget.ts";
import type { Part } from "../operators/part.ts";
import { runSearch, type SearchAnswer, type SearchJob } from "./job.ts";
import { type JsonFilter, mayBeJson } from "./json-filter.ts";
import type { Pattern } from "./pattern.ts";
import { isExcluded, testLines } from "./pattern-search.ts";
import type { Searcher } from "./searcher.ts";
import type { SearchThread } from "./thread/search-thread.ts";
import type { XPath } from "./xpath/expression.ts";

/**
 * Bytes of the part times instructions of the pattern, up to which a pattern is searched in place: some milliseconds
 * at the slowest, and mostly less than what asking the thread takes.
 */
const maxInPlaceWork = 1_000_000;

export interface SearcherSetup {
  readonly clock: Clock;
  /** What a search may take that belongs to no response. */
  readonly budgetMs: number;
  /** Without one everything runs in place, where a budget is only looked at between matches. */
  readonly thread: SearchThread | undefined;
}

/** Decides what needs no search, searches in place what is cheap, and has the rest done by a thread. */
export class JobSearcher implements Searcher {
  readonly #clock: Clock;
  readonly #budgetMs: number;
  readonly #thread: SearchThread | undefined;
  /** What is known of each part: templates repeat each other's patterns. */
  readonly #knownOf = new WeakMap<Part, Map<Pattern, boolean>>();

  constructor({ clock, budgetMs, thread }: SearcherSetup) {
    this.#clock = clock;
    this.#budgetMs = budgetMs;
    this.#thread = thread;
  }

  test(pattern: Pattern, part: Part, budget?: EvaluationBudget): boolean | Promise<boolean> {
    if (isExcluded(pattern, part)) return false;
    const known = this.#known(part);
    const decided = known.get(pattern) ?? testLines(pattern, part, maxInPlaceWork);
    if (decided !== undefined) {
      known.set(pattern, decided);
      return decided;
    }
    const job = { kind: "test", pattern: pattern.source } as const;
    const found = this.#run(job, part, isCheap(pattern, part), budget) as boolean | Promise<boolean>;
    if (typeof found === "boolean") known.set(pattern, found);
    else
      found.then(
        (later) => known.set(pattern, later),
        () => undefined,
      );
    return found;
  }

  findAll(pattern: Pattern, part: Part, group: number, budget?: EvaluationBudget): Values {
    if (isExcluded(pattern, part) || testLines(pattern, part, maxInPlaceWork) === false) return [];
    return this.#run({ kind: "find", pattern: pattern.source, group }, part, isCheap(pattern, part), budget) as Values;
  }

  replaceAll(pattern: Pattern, part: Part, replacement: string, budget?: EvaluationBudget): string | Promise<string> {
    if (isExcluded(pattern, part)) return part.bytes;
    const job = { kind: "replace", pattern: pattern.source, replacement } as const;
    return this.#run(job, part, isCheap(pattern, part), budget) as string | Promise<string>;
  }

  json(filter: JsonFilter, part: Part, budget?: EvaluationBudget): Values {
    if (!mayBeJson(part)) return [];
    return this.#run({ kind: "json", filter }, part, false, budget) as Values;
  }

  xpath(expression: XPath, part: Part, attribute: string | undefined, budget?: EvaluationBudget): Values {
    return this.#run({ kind: "xpath", expression, attribute }, part, false, budget) as Values;
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }

  #known(part: Part): Map<Pattern, boolean> {
    const known = this.#knownOf.get(part) ?? new Map<Pattern, boolean>();
    this.#knownOf.set(part, known);
    return known;
  }

  #run(
    job: SearchJob,
    part: Part,
    cheap: boolean,
    budget = new EvaluationBudget(this.#clock, this.#budgetMs),
  ): SearchAnswer | Promise<SearchAnswer> {
    budget.check();
    if (!cheap && this.#thread !== undefined) return this.#elsewhere(this.#thread, job, part, budget);
    return runSearch(job, part, () => budget.check());
  }

  async #elsewhere(thread: SearchThread, job: SearchJob, part: Part, budget: EvaluationBudget): Promise<SearchAnswer> {
    const { answer, tookMs } = await budget.paused(thread.run(job, part, budget.leftMs));
    budget.charge(tookMs);
    return answer;
  }
}

type Values = readonly string[] | Promise<readonly string[]>;

const isCheap = (pattern: Pattern, part: Part): boolean => part.size * pattern.re2.programSize() <= maxInPlaceWork;
