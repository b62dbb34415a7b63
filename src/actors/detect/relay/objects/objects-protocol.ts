import type { Address, ReplyTo } from "../../../../kernel/index.ts";
import type { ObjectSource } from "../../centre-port.ts";

/** The object of an execution is complete, at a path. */
export interface ObjectReady {
  readonly type: "object-ready";
  readonly key: string;
  readonly path: string;
}

/** Why there is no object: it cannot be had at all, not now, or was deleted before its time. */
export type ObjectFailure = "missing-object" | "limit" | "not-now";

/** An execution will not get its object. */
export interface ObjectFailed {
  readonly type: "object-failed";
  readonly key: string;
  readonly failure: ObjectFailure;
  readonly message: string;
}

/** An execution needs an object. */
export interface ObjectNeed {
  readonly key: string;
  readonly taskId: string;
  readonly detector: string;
  readonly source: ObjectSource;
  readonly ready: Address<ObjectReady>;
  readonly failed: Address<ObjectFailed>;
}

/** `waiting`: for room, for a turn, or for another try. */
export type ObjectState = "waiting" | "downloading" | "complete";

/** An object instance, for those who look from outside. */
export interface ObjectView {
  /** What it is: immutable bytes of that digest and size. */
  readonly sha256: string;
  readonly size: number;
  /** Nodes that have it, HOST:PORT. */
  readonly addresses: readonly string[];
  /** The task that it was made for. */
  readonly taskId: string;
  readonly path: string;
  readonly state: ObjectState;
  /** Executions that need it. */
  readonly needs: number;
  readonly ageMs: number;
}

/** Counts since the relay began. */
export interface ObjectCounts {
  readonly objects: number;
  /** Bytes on disk, and those that downloads under way have been given room for. */
  readonly residentBytes: number;
  /** Begun, tries again included. */
  readonly downloads: number;
  readonly downloadedBytes: number;
  /** Refused: the bytes were not those that the digest names. */
  readonly corrupt: number;
  readonly failed: number;
}

/** What `/detect/relay/objects` is told. */
export type ObjectsMessage =
  | ({ readonly type: "need" } & ObjectNeed)
  /** An execution has ended, or has gone to another detector. */
  | { readonly type: "release"; readonly key: string; readonly sha256: string }
  | { readonly type: "downloaded"; readonly instance: number; readonly bytes: number }
  | { readonly type: "download-failed"; readonly instance: number; readonly error: Error; readonly bytes: number }
  | { readonly type: "retry" | "too-old" | "unused"; readonly instance: number }
  /** A file is deleted: there is room. */
  | { readonly type: "freed"; readonly bytes: number }
  /** Where the object is, for a detector that has a task with it. */
  | {
      readonly type: "locate";
      readonly detector: string;
      readonly sha256: string;
      readonly replyTo: ReplyTo<string | undefined>;
    }
  | {
      readonly type: "view";
      readonly replyTo: ReplyTo<{ readonly counts: ObjectCounts; readonly objects: readonly ObjectView[] }>;
    };
