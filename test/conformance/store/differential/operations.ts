import fc from "fast-check";
import type { ReleaseReason } from "../../../../src/store/index.ts";
import type { GroupOrder } from "../../../../src/store/model/groups.ts";
import type { PreparedItem } from "../../../../src/store/model/rows.ts";

/**
 * What a play does, over few names, so that operations meet. `pick` chooses among the claims, leases, versions or slots
 * that were seen before, old ones included.
 */
export type Operation =
  | { readonly type: "add"; readonly queue: string; readonly items: readonly PreparedItem[] }
  | {
      readonly type: "claim";
      readonly queue: string;
      readonly owner: string;
      readonly slots: number;
      readonly leaseMs: number;
      readonly holding: number;
      readonly ids: readonly string[] | undefined;
      readonly maxClaimed: number | undefined;
    }
  /** Claims one item and gives it back, again and again. */
  | {
      readonly type: "wear";
      readonly queue: string;
      readonly id: string;
      readonly owner: string;
      readonly reason: ReleaseReason;
      readonly times: number;
    }
  | { readonly type: "extend"; readonly picks: readonly number[]; readonly leaseMs: number }
  | { readonly type: "cancel" | "replay"; readonly queue: string; readonly ids: readonly string[] }
  | { readonly type: "commit"; readonly guard: GuardChoice; readonly changes: readonly ChangeChoice[] }
  | { readonly type: "order"; readonly group: string; readonly order: GroupOrder }
  | { readonly type: "sweep"; readonly group: string }
  | { readonly type: "acquire"; readonly name: string; readonly owner: string; readonly ttlMs: number }
  | { readonly type: "seize"; readonly pick: number; readonly owner: string; readonly ttlMs: number }
  | { readonly type: "renew"; readonly pick: number; readonly ttlMs: number }
  | { readonly type: "releaseLease"; readonly pick: number }
  | {
      readonly type: "reserve";
      readonly key: string;
      readonly n: number;
      readonly perSecond: number | undefined;
      readonly burst: number | undefined;
      readonly concurrent: number | undefined;
    }
  | { readonly type: "releaseSlots"; readonly key: string; readonly picks: readonly number[] }
  | { readonly type: "wait"; readonly ms: number };

export interface GuardChoice {
  readonly type: "none" | "claim" | "lease" | "record";
  readonly pick: number;
}

export type ChangeChoice =
  | { readonly type: "add"; readonly queue: string; readonly item: PreparedItem }
  | {
      readonly type: "finish";
      readonly pick: number;
      readonly outcome: "done" | "failed";
      readonly result: string | undefined;
    }
  | { readonly type: "checkpoint"; readonly pick: number; readonly data: string }
  | {
      readonly type: "release";
      readonly pick: number;
      readonly reason: ReleaseReason;
      readonly delayMs: number;
      readonly error: string | undefined;
    }
  | { readonly type: "seal"; readonly group: string; readonly next: PreparedItem | undefined }
  | {
      readonly type: "put";
      readonly key: string;
      readonly value: string;
      readonly expected: VersionChoice;
      readonly expiresInMs: number | undefined;
    }
  | { readonly type: "delete"; readonly key: string; readonly expected: VersionChoice };

/** No expectation, "must not exist", or a version that was seen. */
export type VersionChoice = "any" | "none" | number;

export const names = {
  queues: ["a", "b"],
  ids: ["i1", "i2", "i3", "i4", "i5"],
  groups: ["g", "h"],
  owners: ["n", "m"],
  records: ["k", "k/1", "l"],
  leases: ["x", "y"],
  limits: ["r", "s"],
} as const;

const queue = fc.constantFrom(...names.queues);
const id = fc.constantFrom(...names.ids);
const group = fc.constantFrom(...names.groups);
const owner = fc.constantFrom(...names.owners);
const pick = fc.nat(30);
const picks = fc.array(pick, { maxLength: 4 });
const ids = fc.array(id, { minLength: 1, maxLength: 4 });
const reason = fc.constantFrom<ReleaseReason[]>("returned", "failed", "lost");
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
/** Short texts lie in an item's row, long ones beside it; some characters are several bytes. */
const text = fc.constantFrom('{"n":1}', '"ü€"', JSON.stringify("x".repeat(500)));

const item = fc
  .record({
    id,
    body: text,
    priority: fc.constantFrom(100, 1, 255),
    delayMs: fc.constantFrom(0, 0, 50, 1_000),
    group: maybe(group),
  })
  .map(({ group: name, ...rest }): PreparedItem => ({ ...rest, ...(name === undefined ? {} : { group: name }) }));

const version: fc.Arbitrary<VersionChoice> = fc.oneof(fc.constantFrom<VersionChoice[]>("any", "none"), pick);

const change: fc.Arbitrary<ChangeChoice> = fc.oneof(
  fc.record({ type: fc.constant("add"), queue, item }),
  fc.record({
    type: fc.constant("finish"),
    pick,
    outcome: fc.constantFrom<("done" | "failed")[]>("done", "failed"),
    result: maybe(text),
  }),
  fc.record({ type: fc.constant("checkpoint"), pick, data: text }),
  fc.record({
    type: fc.constant("release"),
    pick,
    reason,
    delayMs: fc.constantFrom(0, 0, 20.5),
    error: maybe(fc.constantFrom("", "boom")),
  }),
  fc.record({ type: fc.constant("seal"), group, next: maybe(item) }),
  fc.record({
    type: fc.constant("put"),
    key: fc.constantFrom(...names.records),
    value: text,
    expected: version,
    expiresInMs: maybe(fc.constantFrom(30, 2_000)),
  }),
  fc.record({ type: fc.constant("delete"), key: fc.constantFrom(...names.records), expected: version }),
);

const guard = fc.record({
  type: fc.constantFrom<GuardChoice["type"][]>("none", "none", "claim", "lease", "record"),
  pick,
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant("add"), queue, items: fc.array(item, { maxLength: 4 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("claim"),
      queue,
      owner,
      slots: fc.integer({ min: 1, max: 4 }),
      leaseMs: fc.constantFrom(100, 1_000.25),
      holding: fc.constantFrom(0, 0, 1),
      ids: fc.option(ids, { nil: undefined, freq: 3 }),
      maxClaimed: fc.option(fc.nat(3), { nil: undefined, freq: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("wear"),
      queue,
      id,
      owner,
      reason,
      times: fc.integer({ min: 3, max: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("extend"), picks, leaseMs: fc.constantFrom(100, 5_000) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom<("cancel" | "replay")[]>("cancel", "replay"), queue, ids }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant("commit"), guard, changes: fc.array(change, { maxLength: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("order"),
      group,
      order: fc.constantFrom<GroupOrder[]>("hold", "resume", "cancel"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("sweep"), group }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("acquire"),
      name: fc.constantFrom(...names.leases),
      owner,
      ttlMs: fc.constantFrom(100, 2_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("seize"), pick, owner, ttlMs: fc.constantFrom(100, 2_000) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("renew"), pick, ttlMs: fc.constantFrom(100, 2_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("releaseLease"), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("reserve"),
      key: fc.constantFrom(...names.limits),
      n: fc.integer({ min: 1, max: 5 }),
      perSecond: maybe(fc.constantFrom(3, 0.7, 100)),
      burst: maybe(fc.nat(3)),
      concurrent: maybe(fc.integer({ min: 1, max: 3 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("releaseSlots"), key: fc.constantFrom(...names.limits), picks }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant("wait"), ms: fc.constantFrom(1, 30, 100.5, 1_000, 61_000, 600_000) }),
  },
);

export const operations = fc.array(operation, { minLength: 20, maxLength: 60 });
