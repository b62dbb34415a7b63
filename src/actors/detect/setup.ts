import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { TaskType, Trust, VerdictRule } from "../../engines/malware/index.ts";
import type { Space } from "../../store/index.ts";
import type { AcceptEvents } from "../event-outbox/event-forwarder.ts";
import type { SampleFiles } from "./samples/sample-files.ts";
import type { VerdictView } from "./views.ts";

/** How verdicts are made. The same on every node. Times in milliseconds. */
export interface CentreSettings {
  readonly rule: VerdictRule;
  /** Which detectors look at objects of a type. For a type that is not named: one of each kind that some host offers. */
  readonly require: readonly { readonly taskType: TaskType; readonly kind: string; readonly count?: number }[];
  /** Do not ask detectors whose answer could not change the verdict any more (default: ask all that are required). */
  readonly skipUseless?: boolean;
  /** After that a decision is made from the answers that are there. */
  readonly deadlineMs: number;
  /** How long a kind that no live host offers is waited for. */
  readonly missingGraceMs: number;
  /** How long a claim holds without a sign of its relay. */
  readonly leaseMs: number;
  /** How long verdicts, their history and decided tasks are kept. */
  readonly retainMs: number;
  /** How long a sample is kept that nobody asked for. */
  readonly sampleRetainMs: number;
}

/** A requester's address for verdicts, and what to send there. */
export interface Callback {
  readonly url: string;
  /** Equal for each try: a receiver can tell that it had it before. */
  readonly id: string;
  readonly verdict: VerdictView;
}

/** Sends one verdict. Rejects when it was not taken: it is tried again, five times in all. It has to end soon after the signal is aborted. */
export type SendCallback = (callback: Callback, signal: AbortSignal) => Promise<void>;

/** What happened, for statistics and logs of whoever started the centre. Only a hint: the store is the truth. */
export type DetectEvent =
  | {
      readonly type: "decided";
      readonly taskId: string;
      readonly sha256: string;
      readonly taskType: TaskType;
      readonly trust: Trust | "unknown";
      readonly degraded: boolean;
      /** Since the task was made. */
      readonly tookMs: number;
    }
  /** The detectors that hosts offer, or their versions, have changed. */
  | { readonly type: "kinds-changed"; readonly epoch: number }
  /** A task was started because a verdict does not hold any more. */
  | { readonly type: "refreshed"; readonly sha256: string; readonly taskId: string }
  | { readonly type: "callback-sent" | "callback-failed"; readonly id: string }
  /** A relay spoke under claims of another one: it was refused. */
  | { readonly type: "foreign-claim"; readonly host: string; readonly claims: number }
  /** Executions were given up: no live host has what they require. */
  | { readonly type: "kind-missing"; readonly kind: string; readonly executions: number };

/** What the facades of the centre and its actors on one node are made from. */
export interface CentreSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly random: Random;
  /** Node id and incarnation: the owner of claims. */
  readonly owner: string;
  /** Node id: who has a sample. */
  readonly node: string;
  readonly settings: CentreSettings;
  /** The sample files of this node. */
  readonly files: SampleFiles;
  /** Where a node serves samples, HOST:PORT. `undefined`: it is not, or no longer, a member. */
  readonly addressOf: (node: string) => string | undefined;
  readonly sendCallback: SendCallback;
  /** Where the events go that black verdicts raise. */
  readonly acceptEvents: AcceptEvents;
  readonly notify: (event: DetectEvent) => void;
}
