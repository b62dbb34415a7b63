import type { Json } from "../../../../../base/json.ts";
import type { StepResult } from "../../../journal.ts";

/** A step whose start is kept. */
export interface ExecutedStep {
  readonly n: number;
  readonly name: string;
  readonly input: Json;
  /** What only its thread gets: it is neither kept nor shown. */
  readonly withheld: Json | undefined;
  /** How long it may take, by `thread`, in milliseconds. Undefined: as the node says. */
  readonly timeoutMs: number | undefined;
  /** When its start was kept, milliseconds since 1970. */
  readonly startedAtMs: number;
}

/** Executes the steps of a run that are by one and the same. */
export interface StepExecutor {
  /** @param settled called once, with how it ended */
  execute(step: ExecutedStep, settled: (result: StepResult) => void): void;
  /** The step is wanted no longer: it settles soon. Called for one that has not settled. */
  abort(n: number): void;
  /** The run has failed: what has not begun, or what nobody should wait for, settles soon. */
  stop(): void;
}

export const abortedResult: StepResult = {
  state: "failed",
  error: { code: "aborted", message: "the playbook wants it no longer" },
};

export const notBegun: StepResult = {
  state: "failed",
  error: { code: "died", message: "the run failed before it began" },
};
