import { blockMsOf, type InterceptRule } from "../../../../src/engines/intercept/index.ts";
import type { AccessRow } from "../../../../src/shared-memory/index.ts";

interface Counted {
  readonly atMs: number;
  readonly count: number;
  readonly value: string | undefined;
}

interface Subject {
  accesses: Counted[];
  offences: number;
  forgottenMs: number;
  untilMs: number;
}

/** What has to be intercepted, worked out from all accesses by trying every window: slow, and plainly right. */
export class ExactCounter {
  readonly #rules: ReadonlyMap<number, InterceptRule>;
  readonly #subjects = new Map<string, Subject>();
  crossings = 0;
  passed = 0;

  constructor(rules: readonly InterceptRule[]) {
    this.#rules = new Map(rules.map((rule) => [rule.number, rule]));
  }

  add({ rule: number, subject, value, atMs, passed }: AccessRow, nowMs: number): void {
    this.passed += passed;
    const rule = this.#rules.get(number);
    if (rule === undefined || passed === 0) return;
    const kept = this.#subject(number, subject);
    if (kept.untilMs > nowMs) return;
    kept.accesses.push({ atMs, count: passed, value });
    if (!this.#exceeds(rule, kept.accesses, atMs)) return;
    this.crossings += 1;
    kept.accesses = [];
    kept.offences = kept.forgottenMs > nowMs ? kept.offences + 1 : 1;
    const blockMs = blockMsOf(rule, kept.offences);
    kept.untilMs = nowMs + blockMs;
    kept.forgottenMs = nowMs + blockMs + rule.forgetMs;
  }

  /** Ends what holds against a subject, and begins anew. */
  unblock(field: string, subject: string): void {
    for (const { number, subject: of } of this.#rules.values()) {
      if (of === field) this.#subjects.delete(`${number} ${subject}`);
    }
  }

  /** `RULE SUBJECT UNTIL` of each interception that holds, in order. */
  intercepted(nowMs: number): readonly string[] {
    return [...this.#subjects]
      .filter(([, { untilMs }]) => untilMs > nowMs)
      .map(([key, { untilMs }]) => `${key} ${untilMs}`)
      .toSorted();
  }

  /** Whether some window with the access at `atMs` has more than the threshold. */
  #exceeds({ threshold, windowMs, distinct }: InterceptRule, accesses: readonly Counted[], atMs: number): boolean {
    return accesses.some(({ atMs: beginMs }) => {
      if (beginMs > atMs || atMs - beginMs >= windowMs) return false;
      const within = accesses.filter((one) => one.atMs >= beginMs && one.atMs - beginMs < windowMs);
      const sum =
        distinct === undefined
          ? within.reduce((total, { count }) => total + count, 0)
          : new Set(within.map(({ value }) => value)).size;
      return sum > threshold;
    });
  }

  #subject(rule: number, subject: string): Subject {
    const key = `${rule} ${subject}`;
    const kept = this.#subjects.get(key) ?? { accesses: [], offences: 0, forgottenMs: 0, untilMs: 0 };
    this.#subjects.set(key, kept);
    return kept;
  }
}
