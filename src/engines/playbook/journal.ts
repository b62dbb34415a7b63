import type { Json } from "../../base/json.ts";

/**
 * Who executes a step. `thread`: a thread of the run's process. `node`: the node that the process belongs to. `person`: nobody here; a
 * person answers. `timer`: it ends when its time is over.
 */
export const executors = ["thread", "node", "person", "timer"] as const;
export type ExecutedBy = (typeof executors)[number];

/**
 * The journal of a run: what a playbook did so far, in the order of its steps. A playbook that goes on in another process is executed
 * again from its beginning; steps that have ended answer from the journal, in the order in which they ended, and have no effect again.
 */
export interface StepStart {
  /** Place in the order in which the playbook started its steps: 1, 2, … without gaps. */
  readonly n: number;
  /** Name of the action. */
  readonly name: string;
  readonly input: Json;
  readonly by: ExecutedBy;
  /** Doing it twice is as good as doing it once: an unknown outcome is found out by repeating it. */
  readonly idempotent: boolean;
  /**
   * Results that the playbook had heard of when it started this, 0 … n − 1: where the start stands among the ends. Executed again, it
   * hears of result `heard` + 1 only once it has started this again.
   */
  readonly heard: number;
}

/** How a step ended. `failed`: the action threw, was too slow, or its thread died. */
export type StepResult =
  { readonly state: "done"; readonly output: Json } | { readonly state: "failed"; readonly error: StepError };

export interface StepError {
  readonly code: StepErrorCode;
  readonly message: string;
}

/**
 * `threw`: the action threw. `timeout`: its time was over. `died`: its thread ended. `too-large`, `not-json`: its output cannot be
 * kept. `unknown-action`: the playbook has none of that name. `answered`: a person says that it failed. `refused`: this node may not
 * execute it, or must not reach what it wants to reach. `unimplemented`: no node can, yet. `aborted`: the playbook wants it no longer.
 */
export const stepErrorCodes = [
  "threw",
  "timeout",
  "died",
  "too-large",
  "not-json",
  "unknown-action",
  "answered",
  "refused",
  "unimplemented",
  "aborted",
] as const;
export type StepErrorCode = (typeof stepErrorCodes)[number];

export interface StepEnd {
  readonly n: number;
  readonly result: StepResult;
}

/** One step of the journal of a run that goes on. */
export interface JournaledStep extends StepStart {
  /** When its start was kept, milliseconds since 1970. */
  readonly startedAtMs: number;
  /**
   * Place in the order of ends (1, 2, …) with the result; absent: it is to be executed (again). A run is never started while a step
   * of it has an outcome that nobody knows and that may not be repeated.
   */
  readonly end?: { readonly order: number; readonly result: StepResult };
}
