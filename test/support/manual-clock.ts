import type { Clock, Timer } from "../../src/base/clock.ts";

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until told to advance. Timers fire in order of time, equal times in order of setting. */
export class ManualClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #entries = new Set<Entry>();
  readonly #wallOffsetMs: number;

  constructor(startMs = 1_000, wallOffsetMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
    this.#wallOffsetMs = wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#wallOffsetMs + this.#nowMs;
  }

  after(delayMs: number, run: () => void): Timer {
    const entry = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run };
    this.#entries.add(entry);
    return { cancel: () => this.#entries.delete(entry) };
  }

  /** Timers that have been set and neither fired nor cancelled. */
  get pending(): number {
    return this.#entries.size;
  }

  /** When the next timer is due, in milliseconds from now. */
  get nextInMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : next.atMs - this.#nowMs;
  }

  /** Moves time on by `ms` and fires what falls due on the way, each at its own instant. */
  advance(ms: number): void {
    const until = this.#nowMs + ms;
    for (let next = this.#next(); next !== undefined && next.atMs <= until; next = this.#next()) {
      this.#entries.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = until;
  }

  #next(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries) {
      if (first === undefined || entry.atMs < first.atMs || (entry.atMs === first.atMs && entry.order < first.order)) {
        first = entry;
      }
    }
    return first;
  }
}
