import type { Span } from "../../../base/tracing.ts";
import type { PlaybookExecution, RunEnd } from "../../../engines/playbook/index.ts";
import type { Address } from "../../../kernel/index.ts";
import type { Claim } from "../../../store/index.ts";
import type { WorkerFailure } from "../../claims/failure.ts";
import type { PlaybookCode } from "../records/playbook-code.ts";
import type { RespondEvent, RespondSetup } from "../setup.ts";
import type { ClaimWriter } from "./claim-writer.ts";
import type { LiveAnswers } from "./live-answers.ts";
import type { RunJournal } from "./run-journal.ts";

/**
 * One execution of a run, in a process of its own, under one claim. What the process does is kept before it has an effect. When this actor
 * stops, its process ends: whoever holds the claim next goes on from the journal.
 */
export type RunMessage =
  /** Read what there is to do, and do it. */
  | { readonly type: "begin" }
  /** No process of the execution is alive. */
  | { readonly type: "ended"; readonly end: RunEnd }
  /** What this execution came to is kept. */
  | { readonly type: "kept"; readonly event: RespondEvent | undefined }
  | { readonly type: "not-kept"; readonly error: Error }
  | { readonly type: "keep-log" }
  /** Look whether a person has said something. */
  | { readonly type: "answers" }
  /** Let go of the run until a person or the time lets it go on. */
  | { readonly type: "park" }
  /** Its node ends: start no step any more, and give the claim back as soon as none is under way. */
  | { readonly type: "quiesce" };

/** What a run tells its supervisor. */
export type RunReport =
  /** It has taken the process that it needs, or needs none. */
  | { readonly type: "run-started"; readonly token: number }
  /** The item has ended, or its claim is no longer held. */
  | { readonly type: "run-ended"; readonly token: number }
  /** It executed nothing: its claim has to be given back as it was. */
  | { readonly type: "run-returned"; readonly token: number }
  | { readonly type: "run-failed"; readonly token: number; readonly failure: WorkerFailure };

export interface Executing {
  readonly id: string;
  readonly journal: RunJournal;
  readonly execution: PlaybookExecution;
  readonly answers: LiveAnswers;
}

/** No process is alive, and the run waits. */
export interface Parking {
  readonly id: string;
  readonly journal: RunJournal;
  /** When it goes on by itself, wall time. */
  readonly untilMs: number | undefined;
}

export type RunPhase =
  /** What there is to do was not read yet. */
  | { readonly type: "beginning" }
  | ({ readonly type: "executing" } & Executing)
  /** That it waits is being kept. */
  | ({ readonly type: "parking" } & Parking)
  /** No process is alive: what it came to is being kept, or told. */
  | { readonly type: "ending" };

export interface RunState {
  readonly writer: ClaimWriter;
  readonly span: Span;
  readonly phase: RunPhase;
}

export interface RunSetup extends RespondSetup {
  readonly claim: Claim;
  readonly code: PlaybookCode;
  readonly supervisor: Address<RunReport>;
}
