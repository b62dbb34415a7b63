import type { Change, Claim, Space } from "../../src/store/index.ts";
import { handle, payload, type Payload } from "./payload.ts";

export interface PumpOptions {
  readonly items: number;
  /** Items of one add, slots of one claim, finishes of one commit. */
  readonly batch: number;
  /** So many batches are being added at once, and so many others claimed, handled and finished. */
  readonly lanes: number;
}

const queue = "bench";
const leaseMs = 30_000;
const idleMs = 1_000;

/** Items per second from the first add to the end of the last item, each ended once under its claim. */
export const pumpRate = async (space: Space, { items, batch, lanes }: PumpOptions): Promise<number> => {
  const ended = new Set<string>();
  let added = 0;
  const addLane = async (): Promise<void> => {
    while (added < items) {
      const from = added;
      added = Math.min(items, from + batch);
      const some = Array.from({ length: added - from }, (_, offset) => newItem(from + offset));
      const known = await space.queue.add(queue, some);
      if (known.length > 0) throw new Error(`${known.length} items were known already`);
    }
  };
  const workLane = async (): Promise<void> => {
    let seen = 0;
    while (ended.size < items) {
      const request = { queue, owner: "bench", slots: batch, leaseMs, holding: 0 };
      const { claims } = await space.queue.claim(request);
      if (claims.length === 0) {
        seen = await space.changed(seen, idleMs);
        continue;
      }
      await space.commit(undefined, await Promise.all(claims.map(finished)));
      for (const { id } of claims) ended.add(id);
    }
  };
  const start = performance.now();
  const each = Array.from({ length: lanes });
  await Promise.all([...each.map(addLane), ...each.map(workLane)]);
  const seconds = (performance.now() - start) / 1_000;
  await requireAllDone(space, items);
  return items / seconds;
};

/** Items per second when each is added, claimed and finished before the next is added. */
export const pumpRateOneByOne = async (space: Space, items: number): Promise<number> => {
  const start = performance.now();
  for (let at = 0; at < items; at += 1) {
    await space.queue.add(queue, [newItem(at)]);
    const { claims } = await space.queue.claim({ queue, owner: "bench", slots: 1, leaseMs, holding: 0 });
    await space.commit(undefined, await Promise.all(claims.map(finished)));
  }
  const seconds = (performance.now() - start) / 1_000;
  await requireAllDone(space, items);
  return items / seconds;
};

const newItem = (at: number) => ({ id: `item-${at}`, body: payload(at) });

const finished = async (claim: Claim): Promise<Change> => ({
  type: "finish",
  claim,
  outcome: "done",
  result: await handle(claim.body as Payload),
});

/** What the store counted: an item that was not ended was not counted either. */
const requireAllDone = async (space: Space, items: number): Promise<void> => {
  const counts = await space.queue.counts(queue);
  if (counts.done !== items) throw new Error(`not all of ${items} items were done: ${JSON.stringify(counts)}`);
};
