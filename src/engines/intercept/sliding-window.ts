/** When a limit is crossed: more than `threshold` accesses within `windowMs`. */
export interface WindowLimit {
  readonly threshold: number;
  /** Of two accesses in one window the times differ by less than this. */
  readonly windowMs: number;
}

/** What a window holds, for a snapshot: times in ascending order, and how many accesses each stands for. */
export interface WindowContent {
  readonly times: readonly number[];
  readonly counts: readonly number[];
}

/** Places of forgotten times that a window may have. */
const mostForgotten = 16;

/**
 * Accesses of one subject in the order of their own times, whatever the order of their arrival. There are no fixed edges that a burst could
 * straddle: each window that holds a new access is looked at.
 *
 * It is bounded by what it is fed with: whoever adds forgets (`forgetBefore`), and starts anew once the limit was crossed.
 */
export class SlidingWindow {
  readonly #times: number[] = [];
  readonly #counts: number[] = [];
  /** The places before it are forgotten. They are removed many at a time: each removal moves all the others. */
  #first = 0;
  #total = 0;

  static of({ times, counts }: WindowContent): SlidingWindow {
    const window = new SlidingWindow();
    for (const [at, time] of times.entries()) window.#insert(time, counts[at] ?? 0);
    return window;
  }

  get isEmpty(): boolean {
    return this.#first === this.#times.length;
  }

  /** The latest time; undefined when it is empty. */
  get latestMs(): number | undefined {
    return this.isEmpty ? undefined : this.#times.at(-1);
  }

  content(): WindowContent {
    return { times: this.#times.slice(this.#first), counts: this.#counts.slice(this.#first) };
  }

  /** @returns whether a window that holds this access has more than the threshold now */
  add(atMs: number, count: number, { threshold, windowMs }: WindowLimit): boolean {
    const index = this.#insert(atMs, count);
    return this.#total > threshold && this.#most(index, windowMs) > threshold;
  }

  forgetBefore(timeMs: number): void {
    while (this.#first < this.#times.length && (this.#times[this.#first] ?? 0) < timeMs) {
      this.#total -= this.#counts[this.#first] ?? 0;
      this.#first += 1;
    }
    if (this.#first < mostForgotten && this.#first < this.#times.length) return;
    this.#times.splice(0, this.#first);
    this.#counts.splice(0, this.#first);
    this.#first = 0;
  }

  /** Nearly always at the end. @returns where it is */
  #insert(atMs: number, count: number): number {
    this.#total += count;
    let index = this.#times.length;
    while (index > this.#first && (this.#times[index - 1] ?? 0) > atMs) index -= 1;
    if (index > this.#first && this.#times[index - 1] === atMs) {
      this.#counts[index - 1] = (this.#counts[index - 1] ?? 0) + count;
      return index - 1;
    }
    if (index === this.#times.length) {
      this.#times.push(atMs);
      this.#counts.push(count);
    } else {
      this.#times.splice(index, 0, atMs);
      this.#counts.splice(index, 0, count);
    }
    return index;
  }

  /** The most accesses of a window that holds the one at `index`. */
  #most(index: number, windowMs: number): number {
    const at = this.#times[index] ?? 0;
    let first = index;
    let sum = this.#counts[index] ?? 0;
    while (first > this.#first && at - (this.#times[first - 1] ?? 0) < windowMs) {
      first -= 1;
      sum += this.#counts[first] ?? 0;
    }
    let most = sum;
    for (let last = index + 1; last < this.#times.length; last += 1) {
      const time = this.#times[last] ?? 0;
      if (time - at >= windowMs) break;
      sum += this.#counts[last] ?? 0;
      for (; time - (this.#times[first] ?? 0) >= windowMs; first += 1) sum -= this.#counts[first] ?? 0;
      most = Math.max(most, sum);
    }
    return most;
  }
}
