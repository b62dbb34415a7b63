import type { ObjectSource } from "../../centre-port.ts";
import type { ObjectNeed, ObjectState, ObjectView } from "./objects-protocol.ts";

/** An object on this host: being brought here, or here, for the executions that need it (RELAY-14). Mutable, private to the manager. */
export interface ObjectInstance {
  /** Distinguishes the instances that a digest has one after the other. */
  readonly id: number;
  /** With the nodes that had it when it was asked for last. */
  source: ObjectSource;
  /** The task that it was made for. */
  readonly taskId: string;
  readonly path: string;
  readonly madeAtMs: number;
  /** Executions that need it, by key. */
  readonly needs: Map<string, ObjectNeed>;
  state: ObjectState;
  /** Downloads begun. */
  tries: number;
  /** While it is downloaded. */
  abort: AbortController | undefined;
  /** Not for anyone any more: it is gone as soon as its download or its file is. */
  discarded: boolean;
}

export const viewObject = (instance: ObjectInstance, nowMs: number): ObjectView => ({
  ...instance.source,
  taskId: instance.taskId,
  path: instance.path,
  state: instance.state,
  needs: instance.needs.size,
  ageMs: nowMs - instance.madeAtMs,
});
