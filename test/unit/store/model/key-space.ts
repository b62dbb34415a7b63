import assert from "node:assert/strict";
import type { OrderedMap } from "../../../../src/store/memory/ordered-map.ts";
import { endOf, Keys } from "../../../../src/store/model/keys.ts";
import { allEnded, hasEnded, isComplete, read, type Item, type Tally } from "../../../../src/store/model/rows.ts";

/** The rows whose presence follows from the items and groups alone. */
const derived = /^s\/(?:waiting|delayed|claimed|dead|member|expiry|sweep|body|checkpoint)\//;

/**
 * Fails unless every index row belongs to an item in that state, every item has its rows, and every counter is what a
 * count of the items gives. For a space `s` without records, leases and limits, in which nothing was forgotten.
 */
export const checkKeySpace = (map: OrderedMap, nowMs: number): void => {
  const keys = new Keys("s");
  const rows = map.range({ from: "s/", to: endOf("s/"), limit: Infinity });
  const under = (prefix: string): readonly { readonly key: string; readonly value: string }[] =>
    rows.filter(({ key }) => key.startsWith(prefix));
  const items = under("s/item/").map(({ value }) => read.item(value));
  const expected = new Map<string, string>();
  for (const item of items) for (const [key, value] of rowsOf(keys, item)) expected.set(key, value);
  for (const { key, value } of under("s/group/")) {
    const group = read.group(value);
    const name = key.slice("s/group/".length);
    const members = items.filter((item) => item.group === name);
    const count = (status: Item["status"]): number => members.filter((item) => item.status === status).length;
    const { planned, done, failed, cancelled, dead } = group;
    const counted = [members.length, count("done"), count("failed"), count("cancelled"), count("dead")];
    assert.deepEqual([planned, done, failed, cancelled, dead], counted, `the counters of group ${name}`);
    const over = isComplete(group) || (group.cancelRequested && allEnded(group));
    assert.equal(group.expiresAtMs !== undefined, over, `whether group ${name} is to be forgotten`);
    if (group.expiresAtMs !== undefined) expected.set(keys.expiry(group.expiresAtMs, "group", name), "");
  }
  for (const { key, value } of under("s/tally/")) {
    const tally: Partial<Tally> = {};
    for (const { queue, status } of items) {
      if (keys.tally(queue) === key) tally[status] = (tally[status] ?? 0) + 1;
    }
    const nonZero = Object.fromEntries(Object.entries(read.tally(value)).filter(([, count]) => count !== 0));
    assert.deepEqual(nonZero, tally, key);
  }
  for (const { key, value } of under(keys.alone(""))) {
    const item = items.find(({ queue, id }) => `${queue}/${id}` === value);
    assert.ok(item?.claim?.alone === true && keys.alone(item.claim.owner) === key, `${key} names ${value}`);
  }
  for (const { queue, id, claim } of items) {
    if (claim?.alone !== true || claim.deadlineMs <= nowMs) continue;
    assert.equal(map.get(keys.alone(claim.owner)), `${queue}/${id}`, `what ${claim.owner} runs alone`);
  }
  const found = new Map<string, string>();
  for (const { key, value } of rows) if (derived.test(key)) found.set(key, expected.get(key) === "*" ? "*" : value);
  assert.deepEqual(
    found,
    new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))),
    "the rows of indexes and bodies",
  );
};

/** Every row that an item has beside its own; `*` is any value. */
const rowsOf = (keys: Keys, item: Item): readonly (readonly [string, string])[] => {
  const { queue, id, order, claim } = item;
  const rows: (readonly [string, string])[] = [];
  const what = `${queue}/${id}`;
  if (item.status === "waiting") rows.push([keys.waiting(queue, item.priority, order), id]);
  if (item.status === "delayed") rows.push([keys.delayed(queue, item.dueMs ?? Number.NaN, order), id]);
  assert.equal(item.status === "claimed", claim !== undefined, `whether ${what} has a claim`);
  if (claim !== undefined) rows.push([keys.claimed(queue, claim.deadlineMs, claim.token), id]);
  const ended = hasEnded(item.status);
  if (item.status === "dead") rows.push([keys.dead(queue, item.endedAtMs ?? Number.NaN, order), id]);
  if (ended) rows.push([keys.expiry(item.expiresAtMs ?? Number.NaN, "item", what), ""]);
  else if (item.group !== undefined) rows.push([keys.member(item.group, order), what]);
  const hasBody = !ended || item.status === "dead";
  if (hasBody && item.body === undefined) rows.push([keys.body(queue, id), "*"]);
  if (!hasBody) assert.equal(item.body, undefined, `${what} has ended and keeps its body`);
  if (item.hasCheckpoint === true) rows.push([keys.checkpoint(queue, id), "*"]);
  return rows;
};
