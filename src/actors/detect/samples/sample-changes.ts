import type { TaskType } from "../../../engines/malware/index.ts";
import type { Change, Space } from "../../../store/index.ts";
import { aliasChanges } from "../records/alias-changes.ts";
import { sampleKey } from "../records/keys.ts";
import { readSample } from "../records/read.ts";
import type { SampleRecord } from "../records/sample-record.ts";

interface StoredSample {
  readonly sha256: string;
  readonly md5: string;
  readonly sha1: string;
  readonly size: number;
}

/** Copies of one sample that are known at most: each serves it. */
const mostNodes = 16;

/**
 * Writes down that a node has a sample. Always a put, so that whoever is about to remove the sample is refused.
 * Refused itself if the records changed since they were read here.
 */
export const sampleChanges = async (
  space: Space,
  object: StoredSample,
  by: { readonly node: string; readonly taskType: TaskType; readonly storedAtMs: number; readonly retainMs: number },
): Promise<readonly Change[]> => {
  const known = await readSample(space, object.sha256);
  const { size, md5, sha1 } = object;
  const record: SampleRecord = {
    ...{ size, md5, sha1, storedAtMs: by.storedAtMs },
    taskTypes: [...new Set([...(known?.value.taskTypes ?? []), by.taskType])],
    nodes: [...new Set([by.node, ...(known?.value.nodes ?? [])])].slice(0, mostNodes),
  };
  const put: Change = {
    ...{ type: "put", key: sampleKey(object.sha256), value: record, expectedVersion: known?.version ?? 0 },
  };
  return [put, ...(await aliasChanges(space, object, by.retainMs))];
};

/** Why the last copy of a sample was lost, and for how long that is told. */
export interface SampleLoss {
  readonly why: string;
  readonly toldForMs: number;
}

/**
 * A node has a sample no more: what to write, under the version that was read.
 * @param loss absent: nobody needed it
 */
export const sampleGone = async (
  space: Space,
  sha256: string,
  node: string,
  loss?: SampleLoss,
): Promise<readonly Change[]> => {
  const known = await readSample(space, sha256);
  if (known?.value.nodes.includes(node) !== true) return [];
  const nodes = known.value.nodes.filter((other) => other !== node);
  const key = sampleKey(sha256);
  if (nodes.length === 0 && loss !== undefined) {
    const value: SampleRecord = { ...known.value, nodes, lost: loss.why };
    return [{ type: "put", key, value, expectedVersion: known.version, expiresInMs: loss.toldForMs }];
  }
  if (nodes.length === 0) return [{ type: "delete", key, expectedVersion: known.version }];
  return [{ type: "put", key, value: { ...known.value, nodes }, expectedVersion: known.version }];
};
