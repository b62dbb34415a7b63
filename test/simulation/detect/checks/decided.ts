import { parsePast, type PastRecord } from "../../../../src/actors/detect/records/verdict-record.ts";
import type { StoredPut } from "../../stored-puts.ts";
import { detectPuts, type DetectionRecord } from "./detection-record.ts";

/** A decision as it was written down. */
export interface Decided extends PastRecord {
  readonly put: StoredPut;
}

/** All decisions, in the order in which they were made. */
export const decisionsOf = (record: Pick<DetectionRecord, "history">): readonly Decided[] =>
  detectPuts(record, "history/").map((put) => ({ ...parsePast(put.value), put }));
