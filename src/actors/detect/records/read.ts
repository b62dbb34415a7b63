import type { Space } from "../../../store/index.ts";
import { offersKey, sampleKey, taskKey, verdictKey } from "./keys.ts";
import { noOffers, parseOffers, type Offers } from "./offers-record.ts";
import { parseSample, type SampleRecord } from "./sample-record.ts";
import { parseTask, type TaskRecord } from "./task-record.ts";
import { parseVerdict, type VerdictRecord } from "./verdict-record.ts";

/** A record and its version; 0: there is none. */
export interface Read<Value> {
  readonly value: Value;
  readonly version: number;
}

export const readOffers = async (space: Space): Promise<Offers> => {
  const record = await space.records.get(offersKey);
  return record === undefined ? noOffers : parseOffers(record.value);
};

export const readTask = async (space: Space, id: string): Promise<Read<TaskRecord> | undefined> => {
  const record = await space.records.get(taskKey(id));
  return record === undefined ? undefined : { value: parseTask(record.value), version: record.version };
};

/** Those that are there, by their ids. @param ids at most `bounds.changes` */
export const readTasks = async (space: Space, ids: readonly string[]): Promise<ReadonlyMap<string, TaskRecord>> => {
  const records = await space.records.getMany(ids.map(taskKey));
  return new Map(ids.flatMap((id, at) => (records[at] === undefined ? [] : [[id, parseTask(records[at].value)]])));
};

/** Those that are there, by their digests. @param digests at most `bounds.changes` */
export const readSamples = async (
  space: Space,
  digests: readonly string[],
): Promise<ReadonlyMap<string, SampleRecord>> => {
  const records = await space.records.getMany(digests.map(sampleKey));
  return new Map(
    digests.flatMap((sha256, at) => (records[at] === undefined ? [] : [[sha256, parseSample(records[at].value)]])),
  );
};

export const readSample = async (space: Space, sha256: string): Promise<Read<SampleRecord> | undefined> => {
  const record = await space.records.get(sampleKey(sha256));
  return record === undefined ? undefined : { value: parseSample(record.value), version: record.version };
};

export const readVerdict = async (space: Space, sha256: string): Promise<Read<VerdictRecord> | undefined> => {
  const record = await space.records.get(verdictKey(sha256));
  return record === undefined ? undefined : { value: parseVerdict(record.value), version: record.version };
};
