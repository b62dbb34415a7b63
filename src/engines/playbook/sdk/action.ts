/** What an action gets besides its input. Each call of an action has its own. */
export interface ActionContext {
  /** Aborted when the action's time is over and when the run is cancelled. Give it to whatever waits, such as `fetch`. */
  readonly signal: AbortSignal;
  /**
   * The same in every repetition of this step, also in another process, and never for another step: give it to the system that is acted
   * on, so that it can tell a repetition from a second order.
   */
  readonly idempotencyKey: string;
  readonly runId: string;
  /** Place of the step in its run: 1, 2, … */
  readonly step: number;
  /**
   * The value of a secret that the playbook names in `secrets` and the node has.
   * @throws Error that says which of the two is missing
   */
  secret(name: string): string;
  /** Writes a line to the run's log, at most 1,000 characters of it. */
  log(level: LogLevel, text: string): void;
}

export type LogLevel = "info" | "warn" | "error";

/**
 * What acts on the world. It runs on a thread of its own, beside the other actions of its run, in a module instance that shares nothing
 * with the one of `onStart`. Its input and its output are JSON of at most 64 KiB; `undefined` becomes `null`.
 */
export type ActionFunction<Input = never, Output = unknown> = (input: Input, context: ActionContext) => Output;

/** An action with its settings. */
export interface ActionSettings<Input = never, Output = unknown> {
  readonly run: ActionFunction<Input, Output>;
  /**
   * Doing it twice is as good as doing it once. When a process dies before the outcome is known, such an action is repeated; any other
   * makes the run wait for a person who knows. Default false.
   */
  readonly idempotent?: boolean;
  /** 1 … 2³¹ − 1; default `respond.child.actionTimeoutMs` of the node. */
  readonly timeoutMs?: number;
}

/** The actions of a playbook by name. */
export type Actions = Readonly<Record<string, ActionFunction | ActionSettings>>;

type FunctionOf<Action> = Action extends { readonly run: infer Run } ? Run : Action;

/** What an action takes. */
export type InputOf<Action> =
  FunctionOf<Action> extends (input: infer Input, context: never) => unknown ? Input : never;

/** A value after it was stored as JSON: nothing is `null`. */
type Stored<Value> = unknown extends Value
  ? Value
  : Value extends string | number | boolean | object | null
    ? Value
    : null;

/** What an action answers. */
export type OutputOf<Action> =
  FunctionOf<Action> extends (input: never, context: never) => infer Output ? Stored<Awaited<Output>> : never;

/** The arguments of `act` after the name: an action that takes nothing is given nothing. */
export type ActArguments<Action> =
  unknown extends InputOf<Action> ? readonly [input?: null] : readonly [input: InputOf<Action>];
