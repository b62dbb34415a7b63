import type { Clock } from "../../../base/clock.ts";
import { JobSearcher } from "./job-searcher.ts";
import type { Searcher } from "./searcher.ts";
import { SearchThread, type StartSearchThread } from "./thread/search-thread.ts";

export interface SearcherOptions {
  readonly clock: Clock;
  /** Milliseconds that a search may take that belongs to no response. */
  readonly budgetMs: number;
  /** Without it searches run in the caller's thread, where only those of many matches can be ended. */
  readonly startThread?: StartSearchThread | undefined;
}

/** One searcher serves all runs of an engine. Close it. */
export const createSearcher = ({ clock, budgetMs, startThread }: SearcherOptions): Searcher =>
  new JobSearcher({
    clock,
    budgetMs,
    thread: startThread === undefined ? undefined : new SearchThread(clock, startThread),
  });
