/** Why something failed, for people: it names the step and the cause. */
export interface Failure {
  readonly message: string;
  /** A bound of the run is reached: nothing that could make up for it can be started, and the run ends. */
  readonly isFinal: boolean;
}

/** How a step, a chain of steps or a playbook ended. Nothing in it is under way then. */
export type Outcome =
  | { readonly type: "done" }
  | { readonly type: "failed"; readonly failure: Failure }
  /** What it is part of wanted it no longer. */
  | { readonly type: "cancelled" };

export const done: Outcome = { type: "done" };
export const cancelled: Outcome = { type: "cancelled" };

/** A failure that `on_failure`, or whoever called the playbook, may make up for. */
export const failed = (message: string): Outcome => ({ type: "failed", failure: { message, isFinal: false } });
