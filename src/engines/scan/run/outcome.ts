import type { HttpFailureKind } from "../http/failure.ts";
import type { Finding } from "./finding.ts";

/** Planned requests and what became of them: `planned` is the sum of the other three without `redirects` and `retries`. */
export interface RequestCounts {
  readonly planned: number;
  /** Answered with a response. */
  readonly sent: number;
  /** Without a response, or with one that was not judged; each is in `errors`, of many with one template the number. */
  readonly failed: number;
  /**
   * Without a result and not at fault: an earlier match made it unnecessary, its host was left alone or excluded, or
   * the run was aborted before its response came.
   */
  readonly skipped: number;
  /** Requests on top, by redirects. */
  readonly redirects: number;
  /** Requests on top, sent again because there was no answer. */
  readonly retries: number;
}

/** Something that went wrong with one request. The findings of its responses, if there were any, still count. */
export interface RequestError {
  readonly template: string;
  readonly url: string;
  readonly kind: HttpFailureKind;
  readonly message: string;
}

/** A host whose requests were not sent. */
export interface SkippedHost {
  /** With the port. */
  readonly host: string;
  /** It does not answer, or the run was told to leave it alone. */
  readonly cause: "silent" | "excluded";
  /** In words for a person. */
  readonly reason: string;
  readonly requests: number;
}

/** What running templates against a target gave. Plain JSON; findings in the order of templates, then of requests. */
export interface ScanOutcome {
  readonly target: string;
  readonly findings: readonly Finding[];
  /** Findings beyond the engine's bound, which are not in the list. More than none means: incomplete. */
  readonly droppedFindings: number;
  readonly requests: RequestCounts;
  readonly errors: readonly RequestError[];
  readonly skippedHosts: readonly SkippedHost[];
  /** The signal fired before all was done; what was found until then is here. */
  readonly aborted: boolean;
}
