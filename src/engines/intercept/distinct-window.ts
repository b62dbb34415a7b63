import type { WindowLimit } from "./sliding-window.ts";

/** When one value was seen: only the times without which a window would lack the value. */
type Seen = number[];

/** What a window of distinct values holds, for a snapshot. */
export type DistinctContent = Readonly<Record<string, readonly number[]>>;

/**
 * Different values of one subject, such as the accounts that one address tried, in the order of their own times, whatever the order of
 * their arrival. Exact: of a value it keeps the times without which some window would lack it, about two for each length of a window.
 *
 * It is bounded by what it is fed with: whoever adds forgets (`forgetBefore`), and starts anew once the limit was crossed.
 */
export class DistinctWindow {
  readonly #seen = new Map<string, Seen>();
  #latestMs: number | undefined;

  static of(content: DistinctContent): DistinctWindow {
    const window = new DistinctWindow();
    for (const [value, times] of Object.entries(content)) {
      window.#seen.set(value, [...times]);
      window.#latestMs = Math.max(window.#latestMs ?? -Infinity, times.at(-1) ?? -Infinity);
    }
    return window;
  }

  get isEmpty(): boolean {
    return this.#seen.size === 0;
  }

  /** The latest time; undefined when it is empty. */
  get latestMs(): number | undefined {
    return this.#latestMs;
  }

  content(): DistinctContent {
    return Object.fromEntries(this.#seen);
  }

  /** @returns whether a window that holds this access has more different values than the threshold now */
  add(atMs: number, value: string, { threshold, windowMs }: WindowLimit): boolean {
    this.#latestMs = Math.max(this.#latestMs ?? -Infinity, atMs);
    const times = this.#seen.get(value);
    if (times === undefined) this.#seen.set(value, [atMs]);
    else insert(times, atMs, windowMs);
    if (this.#seen.size <= threshold) return false;
    // Looking at each window takes long, and of a busy subject more values are kept than any window has.
    return this.#near(atMs, windowMs) > threshold && this.#most(atMs, windowMs) > threshold;
  }

  forgetBefore(timeMs: number): void {
    for (const [value, times] of this.#seen) {
      let gone = 0;
      while (gone < times.length && (times[gone] ?? 0) < timeMs) gone += 1;
      if (gone === times.length) this.#seen.delete(value);
      else if (gone > 0) times.splice(0, gone);
    }
    if (this.#seen.size === 0) this.#latestMs = undefined;
  }

  /** Different values of all windows that hold `atMs`, taken together. */
  #near(atMs: number, windowMs: number): number {
    let near = 0;
    for (const times of this.#seen.values()) {
      if (times.some((time) => Math.abs(time - atMs) < windowMs)) near += 1;
    }
    return near;
  }

  /** The most different values of a window that holds `atMs`. */
  #most(atMs: number, windowMs: number): number {
    const near = [...this.#seen].flatMap(([value, times]) =>
      times.filter((time) => Math.abs(time - atMs) < windowMs).map((time) => ({ time, value })),
    );
    near.sort((one, other) => one.time - other.time);
    const inWindow = new Map<string, number>();
    let most = 0;
    let first = 0;
    for (const { time, value } of near) {
      inWindow.set(value, (inWindow.get(value) ?? 0) + 1);
      for (let oldest = near[first]; oldest !== undefined && time - oldest.time >= windowMs; oldest = near[first]) {
        const left = (inWindow.get(oldest.value) ?? 0) - 1;
        if (left === 0) inWindow.delete(oldest.value);
        else inWindow.set(oldest.value, left);
        first += 1;
      }
      if (time >= atMs) most = Math.max(most, inWindow.size);
    }
    return most;
  }
}

/**
 * Puts a time among others of its value. A time whose two neighbours are less than a window apart says nothing: whatever window holds it
 * holds one of them.
 */
const insert = (times: Seen, atMs: number, windowMs: number): void => {
  let index = times.length;
  while (index > 0 && (times[index - 1] ?? 0) > atMs) index -= 1;
  if (index > 0 && times[index - 1] === atMs) return;
  times.splice(index, 0, atMs);
  for (const middle of [index + 1, index, index - 1]) {
    const [before, after] = [times[middle - 1], times[middle + 1]];
    if (middle > 0 && before !== undefined && after !== undefined && after - before < windowMs) times.splice(middle, 1);
  }
};
