import { detectSpace } from "../../../../src/actors/detect/index.ts";
import type { TaskRecord } from "../../../../src/actors/detect/records/task-record.ts";
import type { StoreEvent } from "../../store-history.ts";
import { putsIn, type StoredPut } from "../../stored-puts.ts";
import type { TimedDetectFact } from "../facts.ts";
import type { Acknowledged } from "../requester.ts";

/** All that is known of how verdicts were made. */
export interface DetectionRecord {
  readonly history: readonly StoreEvent[];
  readonly facts: readonly TimedDetectFact[];
  readonly acknowledged: readonly Acknowledged[];
  /** As the store has them in the end, by id. */
  readonly tasks: ReadonlyMap<string, TaskRecord>;
  readonly endedAtMs: number;
  /** Between the time of histories and that of records. */
  readonly wallOffsetMs: number;
}

/** What was written of records of detection whose keys begin with a prefix, in order. */
export const detectPuts = ({ history }: Pick<DetectionRecord, "history">, prefix: string): readonly StoredPut[] =>
  putsIn(history, detectSpace, prefix);
