import type { SecurityEvent } from "../../../events/security-event.ts";
import type { StepResult } from "../../journal.ts";
import type { LogLevel } from "../../sdk/action.ts";
import type { CommandCall } from "../commands/call.ts";

/** A step of the run's journal that was started. */
export interface StartedStep {
  readonly n: number;
  /** How it ended, once that is kept. Never rejects. */
  readonly outcome: Promise<StepResult>;
  /** It is wanted no longer: it ends soon, as failed with `aborted` unless it had ended otherwise. Idempotent. */
  abort(): void;
}

/**
 * What the interpreter of CACAO needs of the run that it works for. Which steps it starts and aborts, in which order, follows from the
 * playbook, the event and the outcomes that it heard of and from nothing else, so that a run can go on in another process.
 */
export interface CacaoRun {
  readonly id: string;
  readonly event: SecurityEvent;
  /** When the run first began, milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Values that whoever started the run gives for external variables, by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** @param timeoutMs of a step by `thread` or `node`; absent: the node's. A step by `person` has none of its own: use a timer. */
  start(call: CommandCall, timeoutMs?: number): StartedStep;
  /** A step that is done when so many milliseconds are over since its start was kept, also while no process executes the run. */
  startTimer(ms: number, purpose: { readonly step: string; readonly of: "delay" | "timeout" }): StartedStep;
  log(level: LogLevel, text: string): void;
}

/** How the interpretation of a playbook ended. All that it had started has ended. */
export type CacaoEnd =
  | {
      readonly type: "done";
      /** Values of the playbook's variables at the end, as text, by name; constants and those that only a command result is in, too, when they have a value. */
      readonly variables: Readonly<Record<string, string | null>>;
    }
  /** `valid_from` or `valid_until` do not permit it at this time. */
  | { readonly type: "skipped"; readonly filter: "valid_from" | "valid_until" }
  /** The message names the step and what it failed of, and what the exception step did, if there is one. */
  | { readonly type: "failed"; readonly message: string };
