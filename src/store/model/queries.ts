import { bounds, type DeadLetter, type GroupView, type ItemView, type LeaseView, type QueueCounts } from "../ports.ts";
import { readBody } from "./body.ts";
import { after, endOf, Keys } from "./keys.ts";
import { getRecord, getRecords, listRecords, type EncodedRecord, type Listing } from "./records.ts";
import { read, isComplete, type Item } from "./rows.ts";
import type { ReadTransaction } from "./transaction.ts";

/** An item as it is read: body and result are still encoded. */
export type EncodedItemView = Omit<ItemView, "body" | "result"> & {
  readonly body: string | undefined;
  readonly result: string | undefined;
};

/** A dead letter, its body still encoded, and where a listing goes on after it. */
export interface EncodedDeadLetter {
  readonly letter: Omit<DeadLetter, "body">;
  readonly body: string;
  readonly cursor: string;
}

/** Every read of the model that decides nothing. It sees one snapshot. */
export interface Queries {
  counts: { input: { queue: string }; output: QueueCounts };
  item: { input: { queue: string; id: string }; output: EncodedItemView | undefined };
  deadLetters: {
    input: { queue: string; limit: number; cursor: string | undefined };
    output: Listing<EncodedDeadLetter>;
  };
  group: { input: { group: string }; output: GroupView | undefined };
  record: { input: { key: string }; output: EncodedRecord | undefined };
  /** Of the first keys only, at least one, where all of them are more than a call may carry. */
  recordsByKey: { input: { keys: readonly string[] }; output: readonly (EncodedRecord | undefined)[] };
  records: {
    input: { prefix: string; limit: number; cursor: string | undefined };
    output: Listing<EncodedRecord>;
  };
  leases: { input: { names: readonly string[] }; output: readonly (LeaseView | undefined)[] };
  revision: { input: undefined; output: number };
}

export type QueryName = keyof Queries;

interface View {
  readonly transaction: ReadTransaction;
  readonly keys: Keys;
  readonly nowMs: number;
}

type Handler<Name extends QueryName> = (view: View, input: Queries[Name]["input"]) => Queries[Name]["output"];

const handlers: { readonly [Name in QueryName]: Handler<Name> } = {
  counts: (view, { queue }) => {
    const text = view.transaction.get(view.keys.tally(queue));
    const tally = text === undefined ? undefined : read.tally(text);
    return {
      waiting: tally?.waiting ?? 0,
      delayed: tally?.delayed ?? 0,
      held: tally?.held ?? 0,
      claimed: tally?.claimed ?? 0,
      done: tally?.done ?? 0,
      failed: tally?.failed ?? 0,
      cancelled: tally?.cancelled ?? 0,
      dead: tally?.dead ?? 0,
      oldestWaitingMs: (tally?.waiting ?? 0) === 0 ? undefined : oldestWaitingMs(view, queue),
    };
  },

  item: ({ transaction, keys }, { queue, id }) => {
    const item = readItem(transaction, keys, queue, id);
    if (item === undefined) return undefined;
    return {
      queue,
      id,
      status: item.status,
      body: readBody(transaction, keys, item),
      group: item.group,
      priority: item.priority,
      failures: item.failures,
      losses: item.losses,
      claims: item.claims,
      owner: item.claim?.owner,
      token: item.claim?.token,
      result: transaction.get(keys.result(queue, id)),
      lastError: item.error,
    };
  },

  deadLetters: ({ transaction, keys }, { queue, limit, cursor }) => {
    const index = keys.deadOf(queue);
    const from = cursor === undefined ? index : after(`${index}${cursor}`);
    const rows: EncodedDeadLetter[] = [];
    let bytes = 0;
    for (const { key, value: id } of transaction.range({ from, to: endOf(index), limit: limit + 1 })) {
      if (rows.length === limit || bytes > bounds.callBytes) return { rows, more: true };
      const item = readItem(transaction, keys, queue, id);
      if (item?.limit === undefined || item.endedAtMs === undefined) continue;
      const body = readBody(transaction, keys, item) ?? "null";
      bytes += body.length;
      const { group, limit: reached, failures, losses, error: lastError, endedAtMs: diedAtMs } = item;
      const letter = { queue, id, group, limit: reached, failures, losses, lastError, diedAtMs };
      rows.push({ letter, body, cursor: key.slice(index.length) });
    }
    return { rows, more: false };
  },

  group: ({ transaction, keys }, { group }) => {
    const text = transaction.get(keys.group(group));
    if (text === undefined) return undefined;
    const row = read.group(text);
    const { planned, done, failed, cancelled, dead, sealed, held, cancelRequested } = row;
    return { planned, done, failed, cancelled, dead, sealed, held, cancelRequested, complete: isComplete(row) };
  },

  record: ({ transaction, keys, nowMs }, { key }) => getRecord(transaction, keys, nowMs, key),

  recordsByKey: ({ transaction, keys, nowMs }, input) => getRecords(transaction, keys, nowMs, input.keys),

  records: ({ transaction, keys, nowMs }, input) => listRecords(transaction, keys, nowMs, input),

  leases: ({ transaction, keys, nowMs }, { names }) =>
    names.map((name) => {
      const text = transaction.get(keys.lease(name));
      if (text === undefined) return undefined;
      const { owner, token, deadlineMs } = read.lease(text);
      return deadlineMs > nowMs ? { owner, token, leftMs: deadlineMs - nowMs } : undefined;
    }),

  revision: ({ transaction, keys }) => {
    const text = transaction.get(keys.counters());
    return text === undefined ? 0 : read.counters(text).revision;
  },
};

/** Runs one query on one snapshot. */
export const ask = <Name extends QueryName>(
  transaction: ReadTransaction,
  view: { readonly space: string; readonly nowMs: number },
  name: Name,
  input: Queries[Name]["input"],
): Queries[Name]["output"] => handlers[name]({ transaction, keys: new Keys(view.space), nowMs: view.nowMs }, input);

const readItem = (transaction: ReadTransaction, keys: Keys, queue: string, id: string): Item | undefined => {
  const text = transaction.get(keys.item(queue, id));
  return text === undefined ? undefined : read.item(text);
};

/** Looks at the first item of each priority in use: it was stored first. */
const oldestWaitingMs = ({ transaction, keys, nowMs }: View, queue: string): number | undefined => {
  const index = keys.waitingOf(queue);
  let oldest: number | undefined;
  let from = index;
  for (;;) {
    const [first] = transaction.range({ from, to: endOf(index), limit: 1 });
    if (first === undefined) return oldest;
    const item = readItem(transaction, keys, queue, first.value);
    if (item !== undefined) oldest = Math.max(oldest ?? 0, nowMs - item.addedAtMs);
    from = keys.waitingAt(queue, keys.priority(index, first.key) + 1);
  }
};
