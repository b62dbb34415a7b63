import type { DetectorAnswer, DetectorClass, TaskType } from "../../engines/malware/index.ts";

/** A relay of one host, in one life of its process. */
export interface RelayIdentity {
  /** Machine id of the host. */
  readonly host: string;
  /** Unique for each life of the relay. */
  readonly incarnation: string;
}

/** The detectors of one kind and version on a host. */
export interface OfferedKind {
  readonly kind: string;
  readonly class: DetectorClass;
  readonly taskTypes: readonly TaskType[];
  readonly engineVersion: string;
  readonly signatureVersion: string;
  /** Live detectors of it. 0: it can be started when there is work. */
  readonly detectors: number;
  /** Why none of them can scan: nothing is asked of them, and they are missed. At most 200 printable characters. */
  readonly problem?: string;
}

export interface WantedTasks {
  readonly kind: string;
  readonly taskTypes: readonly TaskType[];
  readonly count: number;
}

/** One execution of a task by one detector, claimed from the centre under a token. */
export interface TaskClaim {
  readonly taskId: string;
  readonly kind: string;
  /** Which one of those that are required of the kind, from 0. */
  readonly nth: number;
  /** Fencing token of the claim. */
  readonly token: number;
}

export interface FetchedTask extends TaskClaim {
  readonly taskType: TaskType;
  readonly object: ObjectSource;
  /** Until then the claim holds if it is not extended, by the clock of who fetched. */
  readonly claimLeftMs: number;
  /** After that the decision is made without it. */
  readonly taskLeftMs: number;
  /** Detectors of the host that have answered another execution of the kind, maybe in an earlier life of the relay: this one is for others. */
  readonly answeredBy: readonly string[];
  /** Hash of the version of which a detector has to be, the current one of the kind: what another says is stale at once. Absent: of any. */
  readonly version?: string;
}

/** Where the bytes of an object are. */
export interface ObjectSource {
  readonly sha256: string;
  readonly size: number;
  /** Addresses of nodes that have it, HOST:PORT. */
  readonly addresses: readonly string[];
}

/** Begins what is said of an execution that goes back, or ends, because its object cannot be had. */
export const missingObjectPrefix = "missing-object: ";

/** Why a claimed execution goes back to the centre: `returned` counts nothing; `failed` counts towards giving up. */
export type GiveBackReason = "returned" | "failed";

/** What the detectors of one host said of one task, in one message. */
export interface TaskSummary {
  readonly taskId: string;
  readonly answers: readonly { readonly claim: TaskClaim; readonly answer: DetectorAnswer }[];
  /** Given back unanswered. */
  readonly givenBack: readonly {
    readonly claim: TaskClaim;
    readonly reason: GiveBackReason;
    readonly delayMs: number;
    readonly message: string;
  }[];
}

/** What one request of a relay may hold; the centre refuses more. */
export const mostPerRequest = {
  /** Kinds, each with its version or its task types. */
  kinds: 64,
  /** Tasks of a kind, ids of tasks, claims, summaries. */
  tasks: 1_000,
} as const;

/** What a relay wants of the detection centre. Each call has a deadline of its own, and rejects with a `DetectError`. */
export interface CentrePort {
  /**
   * Says which detectors the host has: every few seconds, and when that has changed.
   * @returns how many executions wait for each kind now
   */
  announce(
    relay: RelayIdentity,
    kinds: readonly OfferedKind[],
  ): Promise<readonly { readonly kind: string; readonly waiting: number }[]>;
  /** One request for all that the detectors of the host have asked for since the last one. @param taskIds only of these tasks */
  fetchTasks(
    relay: RelayIdentity,
    wanted: readonly WantedTasks[],
    taskIds?: readonly string[],
  ): Promise<readonly FetchedTask[]>;
  /**
   * Keeps claims.
   * @param withinMs how long an answer may take, so that there is time to ask another node before the claims run out
   * @returns those that are lost: the decision was made without them, or others have them
   */
  extend(relay: RelayIdentity, claims: readonly TaskClaim[], withinMs: number): Promise<readonly TaskClaim[]>;
  /** Said again, a summary changes nothing. @returns the claims that were lost before */
  report(relay: RelayIdentity, summaries: readonly TaskSummary[]): Promise<readonly TaskClaim[]>;
  /** The bytes of an object, in chunks of at most 64 KiB. Ends early with an error when none of its addresses answers. */
  download(object: ObjectSource, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
