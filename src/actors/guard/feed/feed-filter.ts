import type { Interception, InterceptionKey } from "../../../shared-memory/index.ts";
import { manualRule } from "../../../engines/intercept/index.ts";
import type { FeedRequest } from "../guard-port.ts";
import type { ShardTable, TableChanges, TableSum } from "./shard-table.ts";

/** What of the tables one subscriber wants: the interceptions of its rules, and manual blocks. */
export class FeedFilter {
  /** Undefined: all. */
  readonly #rules: ReadonlySet<number> | undefined;

  constructor({ rules }: Pick<FeedRequest, "rules">) {
    this.#rules = rules.length === 0 ? undefined : new Set([manualRule, ...rules]);
  }

  wants(rule: number): boolean {
    return this.#rules?.has(rule) ?? true;
  }

  of({ put, dropped }: TableChanges): TableChanges {
    const wanted = ({ rule }: InterceptionKey): boolean => this.wants(rule);
    return { put: put.filter(wanted), dropped: dropped.filter(wanted) };
  }

  all(table: ShardTable): readonly Interception[] {
    return this.#rules === undefined ? table.all : table.all.filter(({ rule }) => this.wants(rule));
  }

  sum(table: ShardTable): TableSum {
    return table.sum(this.#rules);
  }
}
