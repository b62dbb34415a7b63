import type { Change } from "../../../store/index.ts";
import { endIndexKey, endKey } from "../records/keys.ts";
import type { EndRecord } from "../records/scan-records.ts";

/** What the end of a scan writes beside the end of its task. */
export const endChanges = (taskId: string, end: EndRecord): readonly Change[] => [
  { type: "put", key: endKey(taskId), value: end },
  { type: "put", key: endIndexKey(end.endedAtMs, taskId), value: null },
];
