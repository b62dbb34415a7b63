/** Clocks of stores are the machine's plus a large offset: sums of the two are rounded to fractions of a microsecond. */
const roundingMs = 0.001;

interface Range {
  readonly least: number;
  readonly most: number;
}

const within = (one: Range, other: Range): Range => ({
  least: Math.max(one.least, other.least),
  most: Math.min(one.most, other.most),
});

/** When a call took effect is only known to lie between its start and its answer. */
export const anywhere: Range = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };

/**
 * What can be known of two instants: when the latest call took effect, and when the lock runs out that the latest grant set. It is the set
 * of all pairs that the calls so far allow, as bounds on each instant and on the difference: a zone of a timed automaton.
 */
export class Zone {
  readonly #now: Range;
  readonly #deadline: Range;
  /** Deadline minus now. */
  readonly #left: Range;

  private constructor(now: Range, deadline: Range, left: Range) {
    this.#now = now;
    this.#deadline = deadline;
    this.#left = left;
  }

  /** Before the first call; the lock has long run out. */
  static readonly start = new Zone(anywhere, anywhere, { least: Number.NEGATIVE_INFINITY, most: 0 });

  /** Time moves on, to some instant of the range. `undefined`: there is none. */
  at(range: Range): Zone | undefined {
    const later = within({ least: this.#now.least, most: Number.POSITIVE_INFINITY }, range);
    return tight(later, this.#deadline, { least: Number.NEGATIVE_INFINITY, most: this.#left.most });
  }

  /** The part in which the lock has run out. */
  expired(): Zone | undefined {
    return tight(this.#now, this.#deadline, within(this.#left, { ...anywhere, most: roundingMs }));
  }

  /** The part in which it has not. */
  held(): Zone | undefined {
    return tight(this.#now, this.#deadline, within(this.#left, { ...anywhere, least: -roundingMs }));
  }

  /** The part in which it runs out after so long. */
  leaving(leftMs: number): Zone | undefined {
    return tight(
      this.#now,
      this.#deadline,
      within(this.#left, { least: leftMs - roundingMs, most: leftMs + roundingMs }),
    );
  }

  /** The lock is set to run out so long from now. */
  granted(ttlMs: number): Zone {
    const { least, most } = this.#now;
    return new Zone(this.#now, { least: least + ttlMs, most: most + ttlMs }, { least: ttlMs, most: ttlMs });
  }

  /** Equal for equal zones. */
  toString(): string {
    return [this.#now, this.#deadline, this.#left].map(({ least, most }) => `${least}~${most}`).join(" ");
  }

  /** The zone with each bound as narrow as the others make it; `undefined` if it is empty. */
  static of(now: Range, deadline: Range, left: Range): Zone | undefined {
    const tightLeft = within(left, { least: deadline.least - now.most, most: deadline.most - now.least });
    const tightNow = within(now, { least: deadline.least - tightLeft.most, most: deadline.most - tightLeft.least });
    const tightDeadline = within(deadline, { least: now.least + tightLeft.least, most: now.most + tightLeft.most });
    const empty = [tightLeft, tightNow, tightDeadline].some(({ least, most }) => least > most + roundingMs);
    return empty ? undefined : new Zone(tightNow, tightDeadline, tightLeft);
  }
}

const tight = (now: Range, deadline: Range, left: Range): Zone | undefined => Zone.of(now, deadline, left);
