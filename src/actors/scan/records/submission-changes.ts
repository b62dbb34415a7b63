import type { Change } from "../../../store/index.ts";
import type { ScanSpec } from "../spec.ts";
import { placeGroup, taskQueue, type ScanTask } from "../work.ts";
import { bundleUseKey, submissionIndexKey, submissionKey } from "./keys.ts";
import type { Submission } from "./scan-records.ts";

/**
 * Everything that submitting a scan writes, for one commit: the task, what it is, and where it is found. A commit with them is refused
 * (`version-conflict`) when the id is known.
 * @param trace `traceparent` of the call that submits it
 */
export const submissionChanges = (
  id: string,
  spec: ScanSpec,
  priority: number,
  submittedAtMs: number,
  trace?: string,
): readonly Change[] => {
  const body: ScanTask = { ...spec, priority, ...(trace === undefined ? {} : { trace }) };
  const submission: Submission = { spec, priority, submittedAtMs };
  return [
    { type: "add", queue: taskQueue, item: { id, body, priority, group: placeGroup(id) } },
    // Sealed, so that the store forgets the group with its only item.
    { type: "seal", group: placeGroup(id) },
    { type: "put", key: submissionKey(id), value: submission, expectedVersion: 0 },
    { type: "put", key: submissionIndexKey(submittedAtMs, id), value: null },
    { type: "put", key: bundleUseKey(spec.bundle, id), value: null },
  ];
};
