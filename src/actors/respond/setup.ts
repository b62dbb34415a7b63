import type { CatalogSource, PlaybookRunner, RunFailure } from "../../engines/playbook/index.ts";
import type { Space } from "../../store/index.ts";
import type { RespondHints } from "./hints.ts";
import type { RunState, StepState, Suppression } from "./views.ts";

/** Settings of the respond actors of one node. Times in milliseconds. */
export interface RespondSettings {
  /** How long a claim holds without a heartbeat. */
  readonly leaseMs: number;
  /** How long events that were decided, and runs that have ended, are kept. */
  readonly retainMs: number;
  /** Events in a row, each led to by the answer to the one before, that may start playbooks: 1 … 16. */
  readonly causeDepth: number;
}

/** What happened, for statistics and logs of whoever started the actors. Only a hint: the store is the truth. */
export type RespondEvent =
  | {
      readonly type: "decided";
      readonly key: string;
      readonly state: "matched" | "unmatched";
      readonly runs: number;
      /** Why playbooks were not started. */
      readonly suppressed: readonly Suppression["reason"][];
      /** Since it was accepted. */
      readonly waitedMs: number;
    }
  /** Looking for its playbooks failed: it is tried again, or given up. */
  | { readonly type: "undecided"; readonly key: string }
  /** A process executes the run. `execution` is 1 for the first one. */
  | { readonly type: "started"; readonly runId: string; readonly playbook: string; readonly execution: number }
  /** The start of a step is kept. */
  | { readonly type: "step-started"; readonly runId: string; readonly step: number; readonly name: string }
  /** The end of a step is kept. */
  | {
      readonly type: "step-ended";
      readonly runId: string;
      readonly step: number;
      readonly state: Extract<StepState, "done" | "failed">;
      readonly tookMs: number;
    }
  /** The end of a run is kept. */
  | {
      readonly type: "ended";
      readonly runId: string;
      readonly playbook: string;
      readonly state: RunState;
      readonly reason: RunFailure | "lost" | undefined;
      readonly tookMs: number;
    }
  /** It waits for a person, and may go on by itself at some time. */
  | { readonly type: "asked"; readonly runId: string; readonly steps: number }
  /** It waits for a time only, milliseconds since 1970. */
  | { readonly type: "waits"; readonly runId: string; readonly untilMs: number | undefined }
  /** Its process was killed from outside: it goes on elsewhere. */
  | { readonly type: "lost"; readonly runId: string }
  /** Its node ends and none of its steps was under way: it goes on elsewhere. */
  | { readonly type: "returned"; readonly runId: string }
  /** The end was not accepted: the claim was lost, or an earlier try had been accepted without an answer. */
  | { readonly type: "refused"; readonly runId: string }
  /** The claim on an item was no longer held: it had run out, or the run was cancelled. */
  | { readonly type: "claim-lost"; readonly id: string };

/** What the respond actors of one node are made from. */
export interface RespondSetup {
  readonly space: Space;
  readonly catalog: CatalogSource;
  readonly runner: PlaybookRunner;
  readonly settings: RespondSettings;
  /** Node id and incarnation: the owner of claims. */
  readonly owner: string;
  /** Node id, for people. */
  readonly node: string;
  readonly notify: (event: RespondEvent) => void;
  /** The same that the facades of this node were given. Absent: the actors find everything out by themselves. */
  readonly hints?: RespondHints;
}
