import type { Clock } from "../../../base/clock.ts";

export interface BatchBounds<Item> {
  readonly items: number;
  readonly bytes: number;
  readonly bytesOf: (item: Item) => number;
  /** How long a batch that has something waits for more. */
  readonly waitMs: number;
}

/**
 * Puts items together that come close to each other, in their order: a batch is full, or nothing more came for a while. One item that is
 * larger than a batch is a batch by itself. When the source fails, what came before still comes.
 */
export async function* batchesOf<Item>(
  source: AsyncIterable<Item>,
  { items, bytes, bytesOf, waitMs }: BatchBounds<Item>,
  clock: Clock,
): AsyncGenerator<readonly Item[]> {
  const iterator = source[Symbol.asyncIterator]();
  let batch: Item[] = [];
  let held = 0;
  let taking: Promise<IteratorResult<Item>> | undefined;
  const full = (): readonly Item[] => {
    const whole = batch;
    batch = [];
    held = 0;
    return whole;
  };
  try {
    for (;;) {
      taking ??= iterator.next();
      const next = batch.length === 0 ? await taking : await within(taking, waitMs, clock);
      if (next === "late") {
        yield full();
        continue;
      }
      taking = undefined;
      if (next.done === true) break;
      const size = bytesOf(next.value);
      if (batch.length > 0 && held + size > bytes) yield full();
      batch.push(next.value);
      held += size;
      if (batch.length >= items) yield full();
    }
  } catch (error) {
    taking = undefined;
    if (batch.length > 0) yield full();
    throw error;
  } finally {
    // One that is asked for an item answers no other question before.
    if (taking === undefined) await iterator.return?.();
  }
  if (batch.length > 0) yield full();
}

/** The result, or `late` when it takes longer. What comes later is not lost: the promise is still there. */
const within = <Result>(result: Promise<Result>, waitMs: number, clock: Clock): Promise<Result | "late"> =>
  new Promise((resolve, reject) => {
    const timer = clock.after(waitMs, () => resolve("late"));
    result.then(resolve, reject).finally(() => timer.cancel());
  });
