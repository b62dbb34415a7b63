import { DistinctWindow, type DistinctContent } from "./distinct-window.ts";
import type { InterceptRule } from "./rule.ts";
import { SlidingWindow, type WindowContent } from "./sliding-window.ts";

/** Equal accesses of one time slot. */
export interface CountedAccess {
  readonly subject: string;
  /** Begin of the slot, Unix time. */
  readonly atMs: number;
  /** At least 1. */
  readonly count: number;
  /** Of the field that the rule tells apart; undefined where it counts accesses. */
  readonly value: string | undefined;
}

/** What becomes of an access that is counted. */
export type Counted =
  | "counted"
  /** The limit is crossed: the subject is to be intercepted. Its window begins anew. */
  | "crossed"
  /** It lies further back than what is kept. */
  | "late"
  /** The subject has no place: as many as may be are kept, all of them live. */
  | "full";

/** What is kept of one subject, for a snapshot. */
export interface SubjectContent {
  readonly subject: string;
  readonly accesses: WindowContent | undefined;
  readonly values: DistinctContent | undefined;
}

export interface CountersSetup {
  readonly rule: InterceptRule;
  /**
   * By how much the clocks of front ends may differ, and how much later the report of one may come than that of another one: so much longer than
   * its window a subject's accesses are kept while others come.
   */
  readonly skewMs: number;
  /** How late a report may come without its accesses being lost to the windows, as after the service was gone. Below `skewMs` it is that. */
  readonly lateMs: number;
  /** At most so many subjects. */
  readonly maxSubjects: number;
}

/** Subjects looked at by one step of forgetting. */
const sweepStep = 2_000;
/** With no place left, so many of the oldest are looked at for one whose time is over. */
const makeRoomStep = 16;

/** The windows of one rule, by subject. */
export class RuleCounters {
  readonly #windows = new Map<string, SlidingWindow | DistinctWindow>();
  #setup: CountersSetup;
  #sweep: Iterator<[string, SlidingWindow | DistinctWindow]> | undefined;

  constructor(setup: CountersSetup) {
    this.#setup = setup;
  }

  get rule(): InterceptRule {
    return this.#setup.rule;
  }

  /** How many subjects are kept. */
  get size(): number {
    return this.#windows.size;
  }

  /** Another limit for the same windows. What they hold is judged by it with the next access. */
  judgeBy(rule: InterceptRule): void {
    this.#setup = { ...this.#setup, rule };
  }

  add(access: CountedAccess, nowMs: number): Counted {
    if (access.atMs < this.#oldestMs(nowMs)) return "late";
    const window = this.#windows.get(access.subject) ?? this.#open(access.subject, nowMs);
    if (window === undefined) return "full";
    if (!this.#count(window, access, nowMs)) return "counted";
    this.#windows.delete(access.subject);
    return "crossed";
  }

  /** Does once more what `add` did at `nowMs`, when a journal is read: with the outcome of then, whatever the limit is now. */
  repeat(access: CountedAccess, nowMs: number, outcome: "counted" | "crossed"): void {
    this.#count(this.#windows.get(access.subject) ?? this.#put(access.subject), access, nowMs);
    if (outcome === "crossed") this.#windows.delete(access.subject);
  }

  /** Forgets a subject, so that it begins anew. */
  forget(subject: string): void {
    this.#windows.delete(subject);
  }

  /** Goes on forgetting those whose accesses are all out of any window. Bounded; to be called again and again. @returns how many were forgotten */
  sweep(nowMs: number): number {
    this.#sweep ??= this.#windows.entries();
    let gone = 0;
    for (let looked = 0; looked < sweepStep; looked += 1) {
      const next = this.#sweep.next();
      if (next.done === true) {
        this.#sweep = undefined;
        break;
      }
      const [subject, window] = next.value;
      if (this.#isOver(window, nowMs)) gone += this.#windows.delete(subject) ? 1 : 0;
    }
    return gone;
  }

  *content(): Iterable<SubjectContent> {
    for (const [subject, window] of this.#windows) {
      const distinct = window instanceof DistinctWindow;
      yield {
        subject,
        accesses: distinct ? undefined : window.content(),
        values: distinct ? window.content() : undefined,
      };
    }
  }

  /** Puts back what a snapshot holds. What the rule does not count any more is left out. */
  restore({ subject, accesses, values }: SubjectContent): void {
    const distinct = this.#setup.rule.distinct !== undefined;
    if (distinct && values !== undefined) this.#windows.set(subject, DistinctWindow.of(values));
    if (!distinct && accesses !== undefined) this.#windows.set(subject, SlidingWindow.of(accesses));
  }

  /** @returns whether the limit is crossed */
  #count(window: SlidingWindow | DistinctWindow, { atMs, count, value }: CountedAccess, nowMs: number): boolean {
    const { rule, skewMs } = this.#setup;
    // A clock that is ahead by more than the skew would keep its accesses in the window for longer than it is long.
    const timeMs = Math.min(atMs, nowMs + skewMs);
    window.forgetBefore(Math.min(timeMs, window.latestMs ?? timeMs) - rule.windowMs - skewMs);
    return window instanceof DistinctWindow ? window.add(timeMs, value ?? "", rule) : window.add(timeMs, count, rule);
  }

  /** Undefined when there is no place. */
  #open(subject: string, nowMs: number): SlidingWindow | DistinctWindow | undefined {
    return this.#windows.size >= this.#setup.maxSubjects && !this.#makeRoom(nowMs) ? undefined : this.#put(subject);
  }

  #put(subject: string): SlidingWindow | DistinctWindow {
    const window = this.#setup.rule.distinct === undefined ? new SlidingWindow() : new DistinctWindow();
    this.#windows.set(subject, window);
    return window;
  }

  #makeRoom(nowMs: number): boolean {
    let looked = 0;
    for (const [subject, window] of this.#windows) {
      if (this.#isOver(window, nowMs)) return this.#windows.delete(subject);
      looked += 1;
      if (looked === makeRoomStep) break;
    }
    return false;
  }

  #isOver(window: SlidingWindow | DistinctWindow, nowMs: number): boolean {
    return (window.latestMs ?? -Infinity) < this.#oldestMs(nowMs);
  }

  #oldestMs(nowMs: number): number {
    const { rule, skewMs, lateMs } = this.#setup;
    return nowMs - rule.windowMs - Math.max(skewMs, lateMs);
  }
}
