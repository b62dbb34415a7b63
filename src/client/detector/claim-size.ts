import type { TaskType } from "../../engines/malware/index.ts";
import { maxDetectorTasks } from "../../wire/index.ts";

/** Tasks are asked for ahead, so that none of the slots waits for the relay: for as long as a window of it and a round trip take. */
const aheadMs = 1_500;
/** Of the last scan in the mean. */
const weight = 0.2;
/** Tasks that are held at once, at most: the others of this kind want some too. */
const mostHeld = 256;

/**
 * How many tasks a detector asks for: as many as its slots can end within the time that it takes to get others, by how fast it was until
 * now, less those that it holds.
 */
export class ClaimSize {
  readonly #capacity: number;
  #meanMs: number | undefined;

  /** @param capacity scans that it can do at once */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  scanned(tookMs: number): void {
    this.#meanMs = this.#meanMs === undefined ? tookMs : this.#meanMs + weight * (tookMs - this.#meanMs);
  }

  /**
   * @param held tasks that wait, are scanned, or whose results are not reported yet
   * @returns none while it holds enough; the types share what is left, each gets one at least
   */
  wants(
    held: number,
    taskTypes: readonly TaskType[],
  ): readonly { readonly taskType: TaskType; readonly count: number }[] {
    const room = this.#target() - held;
    if (room <= 0) return [];
    const count = Math.min(maxDetectorTasks, Math.ceil(room / taskTypes.length));
    return taskTypes.map((taskType) => ({ taskType, count }));
  }

  #target(): number {
    const ahead = this.#meanMs === undefined ? 0 : (this.#capacity * aheadMs) / Math.max(this.#meanMs, 1);
    return Math.min(Math.max(mostHeld, this.#capacity), this.#capacity + Math.ceil(ahead));
  }
}
