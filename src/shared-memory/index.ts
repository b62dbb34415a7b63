export { maxSubjectBytes, type AccessRow } from "./accesses/access-row.ts";
export { readRows } from "./accesses/read-rows.ts";
export { SharedMemoryError, type SharedMemoryErrorCode } from "./errors.ts";
export { defaultSharedFolder, openOwnFolder, openSharedFolders, sharedFolders } from "./folder.ts";
export { takeProcessLock, type ProcessLock } from "./process-lock.ts";
export { ReportQueue, type ReportQueueOptions } from "./queue/report-queue.ts";
export { SegmentReader, type QueueRead } from "./queue/segment-reader.ts";
export type { Position } from "./queue/segments.ts";
export {
  mostEntriesOfFrame,
  type Interception,
  type InterceptionKey,
  type NeverBlocked,
  type TableFrame,
  type TableRule,
} from "./table/table-frame.ts";
export { TableReader, type Changeable, type TableChange } from "./table/table-reader.ts";
export { TableWriter } from "./table/table-writer.ts";
