import { createHash } from "node:crypto";
import { offersKey, verdictKey } from "../../src/actors/detect/records/keys.ts";
import type { Offers } from "../../src/actors/detect/records/offers-record.ts";
import type { VerdictRecord } from "../../src/actors/detect/records/verdict-record.ts";
import { Policy } from "../../src/actors/detect/library/policy.ts";
import { detectSpace } from "../../src/actors/detect/index.ts";
import { systemClock } from "../../src/base/clock.ts";
import { parseRule } from "../../src/engines/malware/rules/index.ts";
import { openEmbeddedStore } from "../../src/store/embedded/index.ts";
import { bounds, type Change } from "../../src/store/index.ts";
import { startStoreThread } from "../../test/support/store-thread.ts";

/** Two kinds looked at each object, and one in ten is harmful. */
export const required = [
  { taskType: "sample-file", kind: "yara", count: 1 },
  { taskType: "sample-file", kind: "clamav", count: 1 },
] as const;
export const rule = "majority";
const harmfulEvery = 10;

const retainMs = 30 * 86_400_000;
const tellEvery = 100_000;
/** Commits under way: they share transactions and flushes. */
const lanes = 8;
const longestSeconds = 150;
const callTimeoutMs = 60_000;

const digest = (algorithm: string, at: number): string => createHash(algorithm).update(`object ${at}`).digest("hex");

export const sha256At = (at: number): string => digest("sha256", at);
export const isHarmful = (at: number): boolean => at % harmfulEvery === 0;

const policy = new Policy({ rule: parseRule(rule), require: required });

const verdictAt = (at: number): VerdictRecord => ({
  size: 10_000 + at,
  md5: digest("md5", at),
  sha1: digest("sha1", at),
  types: {
    "sample-file": {
      taskId: `task-${at}`,
      decidedAtMs: systemClock.wallMs(),
      decision: {
        ...(isHarmful(at) ? { trust: "black", reputation: 100 } : { trust: "white", reputation: 0 }),
        ...{ degraded: false, missing: [] },
      },
      rule: policy.ruleHash,
      requirement: required.map(({ kind, count }) => ({ kind, count })),
      versions: { yara: ["0123456789abcdef"], clamav: ["fedcba9876543210"] },
      epoch: 1,
      passing: false,
    },
  },
});

/** What the first centre of a cluster leaves, so that the node has no verdicts to look through when it starts. */
const offers: Offers = { epoch: 1, policy: policy.hash, kinds: {} };

/** Numbers of objects by their SHA-256: commits that write neighbouring keys touch few pages of the store, so that many are stored quickly. */
const inKeyOrder = (entries: number): readonly number[] =>
  Array.from({ length: entries }, (_, at) => ({ at, key: sha256At(at) }))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ at }) => at);

/**
 * Fills a new embedded store with verdicts: the records that answers about digests are made from, as a centre writes them, through the store's
 * own commits, 1,000 a commit. How far it is goes to standard error.
 * @throws Error when a slow machine or disk would make it take more than 150 s
 */
export const seedVerdicts = async (directory: string, entries: number): Promise<void> => {
  const numbers = inKeyOrder(entries);
  const store = await openEmbeddedStore({
    directory,
    clock: systemClock,
    startThread: startStoreThread,
    callTimeoutMs,
  });
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1_000;
  try {
    const space = store.space(detectSpace);
    await space.commit(undefined, [{ type: "put", key: offersKey, value: offers, expectedVersion: 0 }]);
    let next = 0;
    let stored = 0;
    const lane = async (): Promise<void> => {
      while (next < entries) {
        const some = numbers.slice(next, next + bounds.changes);
        next += some.length;
        const changes = some.map((at): Change => {
          const key = verdictKey(sha256At(at));
          return { type: "put", key, value: verdictAt(at), expectedVersion: 0, expiresInMs: retainMs };
        });
        await space.commit(undefined, changes);
        stored += some.length;
        if (stored % tellEvery < some.length)
          console.error(`  ${stored} verdicts stored after ${seconds().toFixed(0)} s`);
        if (seconds() > longestSeconds)
          throw new Error(`only ${stored} verdicts stored in ${longestSeconds} s: use a quieter machine`);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    console.error(`  that is ${(entries / seconds()).toFixed(0)} verdicts/s`);
  } finally {
    await store.close();
  }
};
