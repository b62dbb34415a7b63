import type { EncodedDeadLetter, Queries } from "../../model/queries.ts";
import type { EncodedRecord } from "../../model/records.ts";
import type { ItemStatus, LeaseView } from "../../ports.ts";
import type { ReplyReader } from "../reply-reader.ts";
import { noWrites, optional, type Call } from "./call.ts";

type Query<Name extends keyof Queries> = Call<Queries[Name]["input"], Queries[Name]["output"]>;

const statuses = [
  "waiting",
  "delayed",
  "held",
  "claimed",
  "done",
  "failed",
  "cancelled",
  "dead",
] as const satisfies readonly ItemStatus[];

export const counts: Query<"counts"> = {
  file: "queries/counts",
  lane: "queue",
  flag: noWrites,
  encode: ({ queue }) => [queue],
  decode: (reply) => {
    const [waiting, delayed, held, claimed] = [reply.whole(), reply.whole(), reply.whole(), reply.whole()];
    const [done, failed, cancelled, dead] = [reply.whole(), reply.whole(), reply.whole(), reply.whole()];
    const oldest = reply.optional();
    const oldestWaitingMs = oldest === undefined ? undefined : Number(oldest);
    return { waiting, delayed, held, claimed, done, failed, cancelled, dead, oldestWaitingMs };
  },
};

export const item: Query<"item"> = {
  file: "queries/item",
  lane: "queue",
  flag: noWrites,
  encode: ({ queue, id }) => [queue, id],
  decode: (reply, { queue, id }) => {
    if (reply.none) return undefined;
    const status = reply.word(statuses);
    const [priority, failures, losses, claims] = [reply.whole(), reply.whole(), reply.whole(), reply.whole()];
    const [body, result, group, owner] = [reply.optional(), reply.optional(), reply.optional(), reply.optional()];
    const [token, lastError] = [reply.whole(), reply.marked()];
    const claim = { owner, token: token === 0 ? undefined : token };
    return { queue, id, status, body, group, priority, failures, losses, claims, ...claim, result, lastError };
  },
};

const readLetter = (reply: ReplyReader, queue: string): EncodedDeadLetter => {
  const [cursor, id, body, group] = [reply.text(), reply.text(), reply.text(), reply.optional()];
  const limit = reply.word(["failures", "losses"]);
  const [failures, losses, diedAtMs, lastError] = [reply.whole(), reply.whole(), reply.number(), reply.marked()];
  return { letter: { queue, id, group, limit, failures, losses, lastError, diedAtMs }, body, cursor };
};

export const deadLetters: Query<"deadLetters"> = {
  file: "queries/dead-letters",
  lane: "queue",
  flag: noWrites,
  encode: ({ queue, limit, cursor }) => [queue, String(limit), optional(cursor)],
  decode: (reply, { queue }) => {
    const more = reply.flag();
    const rows: EncodedDeadLetter[] = [];
    while (reply.left) rows.push(readLetter(reply, queue));
    return { rows, more };
  },
};

export const group: Query<"group"> = {
  file: "queries/group",
  lane: "queue",
  flag: noWrites,
  encode: (input) => [input.group],
  decode: (reply) => {
    if (reply.none) return undefined;
    const [planned, done, failed] = [reply.whole(), reply.whole(), reply.whole()];
    const [cancelled, dead] = [reply.whole(), reply.whole()];
    const [sealed, held, cancelRequested, complete] = [reply.flag(), reply.flag(), reply.flag(), reply.flag()];
    return { planned, done, failed, cancelled, dead, sealed, held, cancelRequested, complete };
  },
};

export const record: Query<"record"> = {
  file: "queries/record",
  lane: "queue",
  flag: noWrites,
  encode: ({ key }) => [key],
  decode: (reply, { key }) => (reply.none ? undefined : { key, version: reply.whole(), value: reply.text() }),
};

export const recordsByKey: Query<"recordsByKey"> = {
  file: "queries/records-by-key",
  lane: "queue",
  flag: noWrites,
  encode: ({ keys }) => keys,
  decode: (reply, { keys }) => {
    const found: (EncodedRecord | undefined)[] = [];
    while (reply.left) {
      const [key = "", version, value] = [keys[found.length], reply.whole(), reply.text()];
      found.push(version === 0 ? undefined : { key, version, value });
    }
    return found;
  },
};

export const records: Query<"records"> = {
  file: "queries/records",
  lane: "queue",
  flag: noWrites,
  // Lua compares text by the server's locale.
  encode: ({ prefix, limit, cursor = "" }) => [prefix, String(limit), cursor < prefix ? "" : cursor],
  decode: (reply) => {
    const more = reply.flag();
    const rows: EncodedRecord[] = [];
    while (reply.left) rows.push({ key: reply.text(), version: reply.whole(), value: reply.text() });
    return { rows, more };
  },
};

const readLease = (reply: ReplyReader): LeaseView | undefined => {
  const [owner, token, left] = [reply.optional(), reply.whole(), reply.text()];
  return owner === undefined ? undefined : { owner, token, leftMs: Number(left) };
};

export const leases: Query<"leases"> = {
  file: "queries/leases",
  lane: "lease",
  flag: noWrites,
  encode: ({ names }) => names,
  decode: (reply, { names }) => names.map(() => readLease(reply)),
};

export const revision: Query<"revision"> = {
  file: "queries/revision",
  lane: "queue",
  flag: noWrites,
  encode: () => [],
  decode: (reply) => reply.whole(),
};
