import type { SecurityEvent } from "../../events/security-event.ts";
import type { StepError } from "../journal.ts";
import type { ActArguments, Actions, LogLevel, OutputOf } from "./action.ts";

/** How an action ended. */
export type ActionOutcome<Output = unknown> =
  { readonly state: "done"; readonly output: Output } | { readonly state: "failed"; readonly error: StepError };

/** What awaiting a handle throws when its action failed. Another module's class is another one: ask `isActionError`. */
export interface ActionError extends Error {
  readonly name: "ActionError";
  readonly code: StepError["code"];
  /** Name of the action. */
  readonly action: string;
  readonly step: number;
}

/** Whether something that was thrown says that an action failed. */
export const isActionError = (thrown: unknown): thrown is ActionError =>
  thrown instanceof Error && thrown.name === "ActionError" && "code" in thrown && "step" in thrown;

/**
 * An action that was started. Awaiting it gives its output or throws an ActionError. A handle that nobody awaits may fail without
 * consequences: the summary tells.
 */
export interface ActionHandle<Output = unknown> extends PromiseLike<Output> {
  /** Name of the action. */
  readonly action: string;
  /** Place in the order in which the run started its steps: 1, 2, … */
  readonly step: number;
  /**
   * Calls back once with how it ended, whichever way, then or later. The run goes on until what the callback returns has settled; when
   * it throws or rejects, the run fails. A handle that it returns is a step like any other and not awaited for that.
   */
  onDone(callback: (outcome: ActionOutcome<Output>) => unknown): this;
}

/** The outputs of several actions, in the places of their handles. */
export type OutputsOf<Handles> = {
  -readonly [At in keyof Handles]: Handles[At] extends ActionHandle<infer Output> ? Output : never;
};
/** The outcomes of several actions, in the places of their handles. */
export type OutcomesOf<Handles> = {
  -readonly [At in keyof Handles]: Handles[At] extends ActionHandle<infer Output> ? ActionOutcome<Output> : never;
};

/**
 * One run of a playbook. When its process dies, another one executes the playbook again from its beginning, and what was done answers
 * from the journal. So which actions it starts, in which order and with what input may depend on nothing but the event, the outcomes of
 * actions, `startedAtMs` and `random()`: what reads the time, files or the network is an action.
 */
export interface Run<Named extends Actions = Actions> {
  readonly id: string;
  readonly event: SecurityEvent;
  /** When the run first began, milliseconds since 1970; the same in every execution. */
  readonly startedAtMs: number;
  /** Aborted when the run is cancelled; its process is killed shortly after. */
  readonly signal: AbortSignal;
  /**
   * Starts an action on a thread and returns at once.
   * @throws TypeError when the input is not JSON of at most 64 KiB
   */
  act<Name extends keyof Named & string>(
    name: Name,
    ...input: ActArguments<Named[Name]>
  ): ActionHandle<OutputOf<Named[Name]>>;
  /** Waits until all have ended, whichever way. Never rejects. */
  join<const Handles extends readonly ActionHandle[]>(handles: Handles): Promise<OutcomesOf<Handles>>;
  /** The outputs of all. Rejects with the ActionError of the first that fails; the others go on. */
  all<const Handles extends readonly ActionHandle[]>(handles: Handles): Promise<OutputsOf<Handles>>;
  /** A number in [0, 1): the same sequence in every execution of this run. Not for secrets. */
  random(): number;
  /** Writes a line to the run's log, at most 1,000 characters of it. */
  log(level: LogLevel, text: string): void;
}

/** What became of one action of the run. */
export interface StepSummary {
  readonly step: number;
  readonly action: string;
  readonly outcome: ActionOutcome;
}

/** What `onFinish` gets. */
export interface RunSummary {
  /** What `onStart` returned. */
  readonly output: unknown;
  /** In the order in which they were started. All have ended. */
  readonly steps: readonly StepSummary[];
  readonly done: number;
  readonly failed: number;
}
