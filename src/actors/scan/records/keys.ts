/** Where the records of scans and bundles lie. Ids have no "/" in them. */

const digits = 16;

/** A time as text that sorts like the time. */
const instant = (ms: number): string => String(Math.floor(ms)).padStart(digits, "0");

/** What was submitted. */
export const submissionKey = (taskId: string): string => `scan/submitted/${taskId}`;
/** How it was cut, and when it was first taken up. */
export const planKey = (taskId: string): string => `scan/plan/${taskId}`;
/** How it ended. */
export const endKey = (taskId: string): string => `scan/end/${taskId}`;

/** Scans in the order in which they were submitted. */
export const bySubmission = "scan/by-submission/";
/** Scans that have ended, by when their records are next looked at to be forgotten, less the time they are kept. */
export const byEnd = "scan/by-end/";

export const submissionIndexKey = (submittedAtMs: number, taskId: string): string =>
  `${bySubmission}${instant(submittedAtMs)}/${taskId}`;
export const endIndexKey = (endedAtMs: number, taskId: string): string => `${byEnd}${instant(endedAtMs)}/${taskId}`;

/** The scan that an entry of an index is about. */
export const indexedScan = (key: string): string => key.slice(key.lastIndexOf("/") + 1);
/** The time of an entry of the index by end. */
export const endedAtMsOf = (key: string): number => Number(key.slice(byEnd.length, byEnd.length + digits));

/** What finished subtasks leave. */
export const reportPrefix = (taskId: string): string => `report/${taskId}/`;
export const findingPrefix = (taskId: string): string => `finding/${taskId}/`;
export const reportKey = (taskId: string, subtaskId: string): string => `${reportPrefix(taskId)}${subtaskId}`;
export const findingKey = (taskId: string, subtaskId: string, index: number): string =>
  `${findingPrefix(taskId)}${subtaskId}/${String(index).padStart(4, "0")}`;

/** Bundles: one head each, its bytes in chunks, by the bytes that they are cut from, and an entry for each scan that uses it. */
export const bundleHeads = "bundle/head/";
export const bundleHeadKey = (hash: string): string => `${bundleHeads}${hash}`;
export const bundleChunks = (hash: string): string => `bundle/chunk/${hash}/`;
export const bundleChunkKey = (hash: string, packing: string, index: number): string =>
  `${bundleChunks(hash)}${packing}/${String(index).padStart(4, "0")}`;
export const bundleUsePrefix = (hash: string): string => `bundle/use/${hash}/`;
export const bundleUseKey = (hash: string, taskId: string): string => `${bundleUsePrefix(hash)}${taskId}`;
