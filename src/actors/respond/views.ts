import type { Json } from "../../base/json.ts";
import type { Loop, SecurityEvent } from "../../engines/events/index.ts";
import type { ExecutedBy, LogLine, RunFailure, StepError } from "../../engines/playbook/index.ts";

/**
 * What became of an event. `waiting`: it is stored and nobody has looked at it. `matched`: it started runs, or would have, had they not
 * been suppressed. `unmatched`: no binding is for it. `dead`: looking at it failed too often; see the dead letters.
 */
export type EventState = "waiting" | "matched" | "unmatched" | "dead";

/** A playbook that a matched event did not start, and why. */
export interface Suppression {
  readonly binding: string;
  readonly playbook: string;
  readonly reason: "duplicate" | "rate" | Loop;
}

export interface EventView {
  /** `<source>/<id>`: names the event in all calls. */
  readonly key: string;
  readonly state: EventState;
  readonly event: SecurityEvent;
  readonly receivedAtMs: number;
  readonly decidedAtMs: number | undefined;
  /** Version of the catalog that decided. */
  readonly catalog: string | undefined;
  readonly runs: readonly {
    readonly id: string;
    readonly binding: string;
    readonly playbook: string;
    readonly because: string;
  }[];
  readonly suppressed: readonly Suppression[];
}

/**
 * `queued` → `running` → one of the ends, or `waiting` for a person or a time and back to `queued`. The ends are `done`, `skipped` (a filter of the
 * playbook said so), `failed`, `cancelled` and `dead` (given up after its processes or nodes were lost too often). An end is never overwritten:
 * a retry is another run.
 */
export type RunState = "queued" | "running" | "waiting" | "done" | "skipped" | "failed" | "cancelled" | "dead";

export const runHasEnded = (state: RunState): boolean =>
  state !== "queued" && state !== "running" && state !== "waiting";

/**
 * `unknown`: it began, and nobody knows whether it had an effect. `aborted`: a person did not answer, or a time was not over, before the run
 * ended without that.
 */
export type StepState = "started" | "done" | "failed" | "unknown" | "aborted";

export interface StepView {
  readonly n: number;
  readonly name: string;
  readonly by: ExecutedBy;
  readonly state: StepState;
  readonly idempotent: boolean;
  readonly input: Json;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  /** How often it was executed, as far as is known. */
  readonly executions: number;
  readonly output: Json | undefined;
  readonly error: StepError | undefined;
}

/** What a run that waits asks a person. */
export interface RunQuestion {
  /** Every step that an answer may be about. */
  readonly steps: readonly number[];
  /** All of it in a sentence or two. */
  readonly text: string;
  /** The first `mostAsks` of the steps, each by itself. */
  readonly asks: readonly StepQuestion[];
}

/** How many steps of a question are shown one by one. */
export const mostAsks = 100;

/**
 * What a person is asked about one step. `unknown`: whether it had its effect, which nobody knows; every one of them has to be answered
 * before the run goes on. `manual`: to do what the text says and to tell how it went; the run goes on with each answer.
 */
export interface StepQuestion {
  readonly step: number;
  readonly kind: "unknown" | "manual";
  readonly text: string;
  /** Variables that the person needs to know, by name as in `__name__`; null: it has no value. */
  readonly inArgs: Readonly<Record<string, string | null>>;
  /** Variables that the person gives the values of. Nothing is asked for: `done` is answer enough. */
  readonly outArgs: readonly {
    readonly name: string;
    /** Of CACAO's variable types. */
    readonly type: string;
    readonly description: string | undefined;
  }[];
}

export interface RunView {
  readonly id: string;
  readonly state: RunState;
  /** Key of the event; a run that a person started has one of its own. */
  readonly event: string;
  readonly playbook: { readonly id: string; readonly version: string };
  /** Absent: a person started it. */
  readonly binding: string | undefined;
  readonly priority: number;
  readonly createdAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  /** Node that executes or last executed it. */
  readonly node: string | undefined;
  /** How often a process was started for it. */
  readonly executions: number;
  readonly steps: { readonly started: number; readonly done: number; readonly failed: number };
  readonly output: Json | undefined;
  readonly failure: { readonly reason: RunFailure | "lost"; readonly message: string } | undefined;
  /** The filter that skipped it. */
  readonly filter: string | undefined;
  readonly question: RunQuestion | undefined;
  /** When a run that waits goes on by itself, milliseconds since 1970. */
  readonly untilMs: number | undefined;
  /** The run that this one repeats. */
  readonly retryOf: string | undefined;
  readonly log: readonly LogLine[];
}

/**
 * How a person says that a step ended: one whose outcome is unknown, or one that a person does. `done`: of the latter, an object with the
 * value of each of its out_args by name, `{}` if there are none. `repeat`: it had no effect, do it; only for unknown outcomes.
 */
export type Answer =
  | { readonly step: number; readonly outcome: "done"; readonly output: Json }
  | { readonly step: number; readonly outcome: "failed"; readonly message: string }
  | { readonly step: number; readonly outcome: "repeat" };
