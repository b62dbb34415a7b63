import {
  RuleCounters,
  type CountedAccess,
  type Counted,
  type SubjectContent,
} from "../../../../engines/intercept/index.ts";
import type { CountedRow } from "../records/journal-entry.ts";
import type { LiveRule } from "./rule-book.ts";

interface Kept {
  readonly counting: string;
  readonly counters: RuleCounters;
}

/** What a bucket keeps of one rule. */
export interface KeptRule {
  readonly rule: number;
  readonly counting: string;
  readonly subjects: Iterable<SubjectContent>;
}

export interface BucketSetup {
  readonly skewMs: number;
  readonly lateMs: number;
  /** Of one rule. */
  readonly mostSubjects: number;
}

/** The windows of those subjects of a shard that are stored together, by rule. */
export class Bucket {
  readonly index: number;
  /** Which of its stored contents is the latest; 0: none. */
  generation = 0;
  /** Pages of that content. */
  pages = 0;
  /** Subjects in that content. */
  storedSubjects = 0;
  /** Keys of pages that an earlier owner left half-way. */
  stalePages: readonly string[] = [];
  /** Number of the first journal entry that is not in its stored content and tells of it. */
  dirtySince: number | undefined;
  readonly #setup: BucketSetup;
  readonly #kept = new Map<number, Kept>();

  constructor(index: number, setup: BucketSetup) {
    this.index = index;
    this.#setup = setup;
  }

  /** Subjects of all rules. */
  get size(): number {
    let size = 0;
    for (const { counters } of this.#kept.values()) size += counters.size;
    return size;
  }

  /** Its stored content is much larger than what is left of it. */
  get hasShrunk(): boolean {
    return this.size < this.storedSubjects / 2;
  }

  add(live: LiveRule, access: CountedAccess, nowMs: number): Counted {
    return this.#countersOf(live).add(access, nowMs);
  }

  repeat(live: LiveRule, row: CountedRow, atMs: number): void {
    this.#countersOf(live).repeat(row, atMs, row.outcome);
  }

  forget(rule: number, subject: string): void {
    this.#kept.get(rule)?.counters.forget(subject);
  }

  restore(live: LiveRule, content: SubjectContent): void {
    this.#countersOf(live).restore(content);
  }

  /** Lets go what rules had counted that are gone. */
  keepOnly(rules: { get(number: number): LiveRule | undefined }): void {
    for (const [number, { counting }] of this.#kept) {
      if (rules.get(number)?.counting !== counting) this.#kept.delete(number);
    }
  }

  /** Goes on forgetting subjects. Bounded. */
  sweep(nowMs: number): void {
    for (const { counters } of this.#kept.values()) counters.sweep(nowMs);
  }

  *content(): Iterable<KeptRule> {
    for (const [rule, { counting, counters }] of this.#kept) yield { rule, counting, subjects: counters.content() };
  }

  #countersOf({ rule, counting }: LiveRule): RuleCounters {
    const kept = this.#kept.get(rule.number);
    if (kept?.counting === counting) {
      if (kept.counters.rule !== rule) kept.counters.judgeBy(rule);
      return kept.counters;
    }
    const { skewMs, lateMs, mostSubjects } = this.#setup;
    const counters = new RuleCounters({ rule, skewMs, lateMs, maxSubjects: mostSubjects });
    this.#kept.set(rule.number, { counting, counters });
    return counters;
  }
}
