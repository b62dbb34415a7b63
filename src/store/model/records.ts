import { StoreError } from "../errors.ts";
import { bounds } from "../ports.ts";
import { after, endOf } from "./keys.ts";
import type { Keys } from "./keys.ts";
import { steps } from "./steps.ts";
import type { ReadTransaction } from "./transaction.ts";
import type { Unit } from "./unit.ts";

/** A record as it is read: the value is still encoded. */
export interface EncodedRecord {
  readonly key: string;
  readonly version: number;
  readonly value: string;
}

export interface RecordPut {
  readonly key: string;
  readonly value: string;
  readonly expectedVersion?: number;
  readonly expiresInMs?: number;
}

/** A page as it leaves the model. */
export interface Listing<Row> {
  readonly rows: readonly Row[];
  readonly more: boolean;
}

interface RecordRow {
  readonly version: number;
  readonly expiresAtMs: number;
  readonly value: string;
}

/** `version expiresAtMs value`: the value is not decoded to read the rest. */
const writeRow = (row: RecordRow): string => `${row.version} ${row.expiresAtMs} ${row.value}`;

const readRow = (text: string): RecordRow => {
  const first = text.indexOf(" ");
  const second = text.indexOf(" ", first + 1);
  return {
    version: Number(text.slice(0, first)),
    expiresAtMs: Number(text.slice(first + 1, second)),
    value: text.slice(second + 1),
  };
};

const liveRow = (text: string | undefined, nowMs: number): RecordRow | undefined => {
  const row = text === undefined ? undefined : readRow(text);
  return row !== undefined && row.expiresAtMs > nowMs ? row : undefined;
};

/** 0: there is no such record. */
export const versionOf = (unit: Unit, key: string): number =>
  liveRow(unit.draft.get(unit.keys.record(key)), unit.nowMs)?.version ?? 0;

const requireVersion = (unit: Unit, key: string, expected: number | undefined): void => {
  if (expected === undefined) return;
  const version = versionOf(unit, key);
  if (version === expected) return;
  throw new StoreError("version-conflict", `record ${key} is at version ${version}, not ${expected}`, {
    ids: { key, version, expected },
  });
};

export const putRecord = (unit: Unit, put: RecordPut): void => {
  requireVersion(unit, put.key, put.expectedVersion);
  dropExpiry(unit, put.key);
  const expiresAtMs = put.expiresInMs === undefined ? Infinity : unit.nowMs + put.expiresInMs;
  if (expiresAtMs !== Infinity) unit.draft.put(unit.keys.expiry(expiresAtMs, "record", put.key), "");
  unit.draft.put(unit.keys.record(put.key), writeRow({ version: unit.revision(), expiresAtMs, value: put.value }));
};

export const deleteRecord = (unit: Unit, key: string, expectedVersion: number | undefined): void => {
  requireVersion(unit, key, expectedVersion);
  dropExpiry(unit, key);
  unit.draft.remove(unit.keys.record(key));
  unit.revision();
};

const dropExpiry = (unit: Unit, key: string): void => {
  const text = unit.draft.get(unit.keys.record(key));
  const expiresAtMs = text === undefined ? Infinity : readRow(text).expiresAtMs;
  if (expiresAtMs !== Infinity) unit.draft.remove(unit.keys.expiry(expiresAtMs, "record", key));
};

/** Forgets a record whose time is over; one that was put again since then stays. */
export const expireRecord = (unit: Unit, key: string): void => {
  const text = unit.draft.get(unit.keys.record(key));
  if (text !== undefined && liveRow(text, unit.nowMs) === undefined) unit.draft.remove(unit.keys.record(key));
};

export const getRecord = (
  transaction: ReadTransaction,
  keys: Keys,
  nowMs: number,
  key: string,
): EncodedRecord | undefined => {
  const row = liveRow(transaction.get(keys.record(key)), nowMs);
  return row === undefined ? undefined : { key, version: row.version, value: row.value };
};

/** Records by key; of the first keys only, once they are more than a call may carry. */
export const getRecords = (
  transaction: ReadTransaction,
  keys: Keys,
  nowMs: number,
  wanted: readonly string[],
): readonly (EncodedRecord | undefined)[] => {
  const found: (EncodedRecord | undefined)[] = [];
  let bytes = 0;
  for (const key of wanted) {
    const record = getRecord(transaction, keys, nowMs, key);
    found.push(record);
    bytes += record?.value.length ?? 0;
    if (bytes > bounds.callBytes) break;
  }
  return found;
};

/** Records after the key `cursor`, in key order; `more` follow unless it is false. */
export const listRecords = (
  transaction: ReadTransaction,
  keys: Keys,
  nowMs: number,
  input: { readonly prefix: string; readonly limit: number; readonly cursor: string | undefined },
): Listing<EncodedRecord> => {
  const start = keys.record("").length;
  const to = endOf(keys.record(input.prefix));
  const found: EncodedRecord[] = [];
  let bytes = 0;
  let from = keys.record(input.prefix);
  if (input.cursor !== undefined && after(keys.record(input.cursor)) > from) from = after(keys.record(input.cursor));
  for (;;) {
    const rows = transaction.range({ from, to, limit: steps.pageOfRows });
    for (const { key, value } of rows) {
      const row = liveRow(value, nowMs);
      if (row === undefined) continue;
      if (found.length === input.limit || bytes > bounds.callBytes) return { rows: found, more: true };
      bytes += row.value.length;
      found.push({ key: key.slice(start), version: row.version, value: row.value });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < steps.pageOfRows) return { rows: found, more: false };
    from = after(last.key);
  }
};
