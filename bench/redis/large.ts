import { setTimeout as pause } from "node:timers/promises";
import type { Change, Claim, Space } from "../../src/store/index.ts";
import type { RedisServer } from "../../test/support/redis-server.ts";
import { median, type Report } from "../report.ts";
import { handle, payload, type Payload } from "./payload.ts";
import { withServer, withSpace } from "./server.ts";

const small = { items: 1_000, leadMs: 500, runs: 10 } as const;
const large = { items: 100_000, leadMs: 20_000, runs: 3 } as const;
const groupItems = 100;
type Size = typeof small | typeof large;

const queue = "large";
const followUps = "follow-ups";
const addBatch = 1_000;
const claimBatch = 128;
const lanes = 4;
const leaseMs = 30_000;
const priorities = 256;
/** One commit of `bounds.changes`: so many finishes, as many adds, and records for the rest. */
const mixed = { commits: 20, finishes: 400, adds: 400, puts: 200 } as const;

/** Nobody else of the server may wait longer behind one call. */
const longestCallMs = 100;
const commitLimitMs = 100;
/** With a body of 200 B. */
const itemBytes = 1_000;

interface Figures {
  readonly addedMicros: number;
  readonly drainedMicros: number;
  /** The longest claim or commit of the drain; the first ones after the instant at which everything falls due are among them. */
  readonly longestMs: number;
  readonly bytesPerItem: number;
  readonly commitMs: readonly number[];
}

const timed = async <Result>(
  call: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly ms: number }> => {
  const start = performance.now();
  const result = await call();
  return { result, ms: performance.now() - start };
};

const usedBytes = async (server: RedisServer): Promise<number> =>
  Number(/used_memory:(\d+)/.exec(String(await server.command("INFO", "memory")))?.[1]);

const groupOf = (at: number): string => `group-${Math.floor(at / groupItems)}`;

/** Adds them so that all fall due at one instant, and waits for it. Returns microseconds an item. */
const addAll = async (space: Space, size: Size): Promise<number> => {
  const start = performance.now();
  const dueAt = start + size.leadMs;
  /** The server counts a delay from the moment when it has the call: before the answer. */
  let latestDueAt = dueAt;
  for (let at = 0; at < size.items; at += addBatch) {
    const delayMs = Math.ceil(dueAt - performance.now());
    if (delayMs < 1) throw new Error(`adding took longer than ${size.leadMs} ms`);
    await space.queue.add(
      queue,
      Array.from({ length: addBatch }, (_, offset) => ({
        id: `item-${at + offset}`,
        body: payload(at + offset),
        priority: ((at + offset) * 7) % priorities,
        group: groupOf(at + offset),
        delayMs,
      })),
    );
    latestDueAt = Math.max(latestDueAt, performance.now() + delayMs);
  }
  const micros = ((performance.now() - start) * 1_000) / size.items;
  const { delayed } = await space.queue.counts(queue);
  if (delayed !== size.items) throw new Error(`${delayed} of ${size.items} items are delayed`);
  for (let at = 0; at < size.items; at += groupItems) {
    const item = { id: `end-of-${groupOf(at)}`, body: null };
    await space.commit(undefined, [{ type: "seal", group: groupOf(at), onComplete: { queue: followUps, item } }]);
  }
  await pause(Math.max(0, latestDueAt - performance.now()));
  return micros;
};

const claimSome = async (space: Space, slots: number): Promise<readonly Claim[]> =>
  (await space.queue.claim({ queue, owner: "bench", slots, leaseMs, holding: 0 })).claims;

const finished = async (claim: Claim): Promise<Change> => ({
  type: "finish",
  claim,
  outcome: "done",
  result: await handle(claim.body as Payload),
});

/** Milliseconds of each commit of 1,000 changes while the rest of the items wait. */
const commitMixed = async (space: Space): Promise<readonly number[]> => {
  const took: number[] = [];
  for (let run = 0; run < mixed.commits; run += 1) {
    const claims = await claimSome(space, mixed.finishes);
    const changes: readonly Change[] = [
      ...(await Promise.all(claims.map(finished))),
      ...Array.from({ length: mixed.adds }, (_, at): Change => ({
        type: "add",
        queue: followUps,
        item: { id: `${run}-${at}`, body: payload(at) },
      })),
      ...Array.from({ length: mixed.puts }, (_, at): Change => ({
        type: "put",
        key: `${run}/${at}`,
        value: payload(at),
      })),
    ];
    took.push((await timed(() => space.commit(undefined, changes))).ms);
  }
  return took;
};

const drain = async (space: Space, items: number): Promise<{ readonly micros: number; readonly longestMs: number }> => {
  let ended = 0;
  let longestMs = 0;
  const lane = async (): Promise<void> => {
    for (;;) {
      const claim = await timed(() => claimSome(space, claimBatch));
      const claims = claim.result;
      if (claims.length === 0) return;
      const changes = await Promise.all(claims.map(finished));
      const commit = await timed(() => space.commit(undefined, changes));
      longestMs = Math.max(longestMs, claim.ms, commit.ms);
      ended += claims.length;
    }
  };
  const { ms } = await timed(() => Promise.all(Array.from({ length: lanes }, lane)));
  if (ended !== items) throw new Error(`${ended} of ${items} items were drained`);
  return { micros: (ms * 1_000) / items, longestMs };
};

/** All of it once: items, follow-ups of the groups, and the counts at the end. */
const measure = async (server: RedisServer, size: Size): Promise<Figures> =>
  withSpace(server, async (space) => {
    const emptyBytes = await usedBytes(server);
    const addedMicros = await addAll(space, size);
    const bytesPerItem = ((await usedBytes(server)) - emptyBytes) / size.items;
    const commitMs = size === large ? await commitMixed(space) : [];
    const before = commitMs.length * mixed.finishes;
    const { micros: drainedMicros, longestMs } = await drain(space, size.items - before);
    const { done } = await space.queue.counts(queue);
    const { waiting } = await space.queue.counts(followUps);
    const expected = size.items / groupItems + commitMs.length * mixed.adds;
    if (done !== size.items || waiting !== expected) {
      throw new Error(`${done} of ${size.items} items are done, ${waiting} of ${expected} follow-ups wait`);
    }
    return { addedMicros, drainedMicros, longestMs, bytesPerItem, commitMs };
  });

/** Many items with everything that an item can have do not make an item slower than a few do. */
export const name = "redis-large";

export const run = async (report: Report): Promise<void> => {
  await withServer("everysec", async (server) => {
    const all = async (size: Size): Promise<readonly Figures[]> => {
      const figures: Figures[] = [];
      for (let at = 0; at < size.runs; at += 1) {
        await server.command("FLUSHALL");
        figures.push(await measure(server, size));
      }
      return figures;
    };
    await all(small);
    const few = await all(small);
    const many = await all(large);
    const at1000 = (pick: (figures: Figures) => number): readonly number[] => many.map(() => median(few.map(pick)));
    const limit = (value: number, count: number) => ({
      name: "limit",
      samples: Array.from({ length: count }, () => value),
    });
    const what = `${large.items} delayed, prioritised, grouped items`;
    report.add({
      what: `${what}: added, ${addBatch} a call`,
      unit: "µs an item",
      ours: many.map(({ addedMicros }) => addedMicros),
      peer: { name: `with ${small.items}`, samples: at1000(({ addedMicros }) => addedMicros) },
      aim: { atMost: 1.5 },
    });
    report.add({
      what: `${what}: all due at once, claimed and finished, ${lanes} batches of ${claimBatch} at once`,
      unit: "µs an item",
      ours: many.map(({ drainedMicros }) => drainedMicros),
      peer: { name: `with ${small.items}`, samples: at1000(({ drainedMicros }) => drainedMicros) },
      aim: { atMost: 1.5 },
    });
    report.add({
      what: "the same: longest call",
      unit: "ms",
      ours: many.map(({ longestMs }) => longestMs),
      peer: limit(longestCallMs, many.length),
      aim: { atMost: 1 },
    });
    report.add({
      what: "the same: memory of the server before they are claimed",
      unit: "B an item",
      ours: many.map(({ bytesPerItem }) => bytesPerItem),
      peer: limit(itemBytes, many.length),
      aim: { atMost: 1 },
    });
    const commits = many.flatMap(({ commitMs }) => commitMs);
    const changes = mixed.finishes + mixed.adds + mixed.puts;
    report.add({
      what: `a commit of ${changes} changes (${mixed.finishes} finishes, ${mixed.adds} adds, ${mixed.puts} records) among them`,
      unit: "ms",
      ours: commits,
      peer: limit(commitLimitMs, commits.length),
      aim: { atMost: 1 },
    });
  });
};
