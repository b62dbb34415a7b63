import type { Decision, DetectorAnswer, TaskType, VerdictRule } from "../../engines/malware/index.ts";

/** Names bytes. SHA-256 is what verdicts are kept by; the others lead to it where such bytes were once here. */
export interface Digest {
  readonly algorithm: "sha256" | "md5" | "sha1";
  /** Lower-case: 64, 32 or 40 digits. */
  readonly hex: string;
}

/**
 * `decided`: the decision holds. `pending`: the first one is being made. `refreshing`: there was one, which does not hold any more, and
 * another is being made. `unknown`: there is none; where the sample is not here either, submit it.
 */
export type VerdictState = "decided" | "pending" | "refreshing" | "unknown";

/** What the verdict library says of one digest. */
export interface VerdictView {
  /** Empty: the digest that was asked for leads to none. */
  readonly sha256: string;
  readonly md5?: string;
  readonly sha1?: string;
  /** Bytes. */
  readonly size?: number;
  readonly state: VerdictState;
  /** Only where it is decided. */
  readonly decision?: Decision;
  /** What the object was looked at as; of several, the one with the worst decision. Not decided: what it is to be looked at as. */
  readonly taskType?: TaskType;
  /** Wall time. */
  readonly decidedAtMs?: number;
  /** The task that decided, or that is to decide. */
  readonly taskId?: string;
  /** A node that has its bytes is up. */
  readonly sampleHere: boolean;
  /** Why they cannot be had now; absent: they can, or never could, or nobody needs them. */
  readonly sampleLost?: string;
  /** How many known objects have the MD5 or SHA-1 that was asked for, where that is more than one: this is the worst of them. */
  readonly sharedBy?: number;
  /** Only where a single digest was asked for. */
  readonly detail?: VerdictDetail;
}

export interface VerdictDetail {
  readonly rule: VerdictRule;
  readonly answers: readonly DetectorAnswer[];
}

/** One decision of the past. */
export interface PastVerdict {
  readonly taskId: string;
  readonly taskType: TaskType;
  readonly decidedAtMs: number;
  readonly decision: Decision;
}
