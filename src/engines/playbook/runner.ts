import type { Json } from "../../base/json.ts";
import type { SecurityEvent } from "../events/security-event.ts";
import type { JournaledStep, StepEnd, StepResult, StepStart } from "./journal.ts";
import type { PlaybookVersion } from "./playbook.ts";

/** One execution of a playbook, in a process of its own. */
export interface RunWork {
  readonly runId: string;
  readonly playbook: PlaybookVersion;
  readonly event: SecurityEvent;
  /** When the run first began, milliseconds since 1970: the playbook's `now`, in every execution. */
  readonly startedAtMs: number;
  /** Values for external variables of a CACAO playbook, by name, that whoever started the run gives. */
  readonly variables: Readonly<Record<string, string>>;
  readonly journal: readonly JournaledStep[];
}

/** What a run tells whoever started it. Each call settles before the playbook goes on with what depends on it. */
export interface RunHandlers {
  /** Keep that these steps start. When it resolves they may have effects; when it rejects the run ends as `lost`. */
  readonly stepsStarted: (steps: readonly StepStart[]) => Promise<void>;
  /** Keep how these steps ended, in this order. The playbook hears of a result when this has resolved. */
  readonly stepsEnded: (ends: readonly StepEnd[]) => Promise<void>;
  /** Lines that the playbook logged or wrote, already bounded. */
  readonly logged: (lines: readonly LogLine[]) => void;
}

export interface LogLine {
  readonly atMs: number;
  readonly level: "info" | "warn" | "error";
  readonly text: string;
}

/**
 * Why an execution failed. `threw`: `onStart` or `onFinish` threw. `crashed`: the process ended by itself. `memory`: it needed more than
 * it may have. `deadline`: it took longer than it may. `stalled`: its main thread did not answer. `invalid`: the playbook cannot be
 * loaded. `not-deterministic`: executed again, it did other things than the journal says. `protocol`: the process said what it must not.
 * `too-large`: an output or the number of steps exceeds its bound. `step`: a step of a CACAO playbook failed, and no step that follows a
 * failure made up for it.
 */
export type RunFailure =
  | "threw"
  | "crashed"
  | "memory"
  | "deadline"
  | "stalled"
  | "invalid"
  | "not-deterministic"
  | "protocol"
  | "too-large"
  | "step";

/** How an execution ended. No process of it is alive then. */
export type RunEnd =
  | { readonly type: "done"; readonly output: Json }
  /** A filter of the playbook said that the event is none for it. */
  | { readonly type: "skipped"; readonly filter: string }
  | { readonly type: "failed"; readonly reason: RunFailure; readonly message: string }
  | { readonly type: "cancelled" }
  /**
   * Only persons and time can let it go on, so that it holds no process meanwhile: steps by `person` have no end, or a timer ends at
   * `untilMs`, milliseconds since 1970, or both.
   */
  | { readonly type: "waits"; readonly untilMs: number | undefined }
  /** It was quiesced: none of its steps is under way, and the run can go on elsewhere. */
  | { readonly type: "quiesced" }
  /** Its process was killed from outside, or what it told could not be kept: the run can go on elsewhere. */
  | { readonly type: "lost"; readonly message: string };

export interface PlaybookExecution {
  /** Never rejects. */
  readonly ended: Promise<RunEnd>;
  /** Ends the process group within a second; `ended` says `cancelled` unless it had ended otherwise. Idempotent. */
  cancel(): void;
  /** How a step by `person` that is under way ended, as the person says. Ignored when it is not under way (any more). */
  answer(n: number, result: StepResult): void;
  /**
   * Starts no step any more: starts that are told from now on are not kept. Steps that are under way end and are kept; as soon as none is,
   * the process group is ended, and `ended` says `quiesced` unless it had ended otherwise. Without a bound: cancel it when it takes too
   * long. Idempotent.
   */
  quiesce(): void;
}

/** Executes playbooks: what the actors need of a pool of processes. */
export interface PlaybookRunner {
  /** Executions that could start now. */
  readonly free: number;
  /** Told whenever `free` grows; returns how to end that. */
  onFree(listener: () => void): () => void;
  /** Begins at once. Beyond `free` it throws a PlaybookError `no-process`. */
  start(work: RunWork, handlers: RunHandlers): PlaybookExecution;
  /** Ends every process. Idempotent. */
  close(): Promise<void>;
}
