import type { Payloads } from "../payloads/payloads.ts";
import type { PreCondition } from "./pre-condition.ts";
import type { Pipelining } from "./http-request.ts";
import type { RequestSource } from "./request/source.ts";

/** One block under `http`, compiled: what is sent, and in which order. */
export interface HttpBlockPlan {
  /** At least one. */
  readonly sources: readonly RequestSource[];
  readonly payloads: Payloads | undefined;
  /** Combinations of payloads at once; undefined: as many as do no harm. */
  readonly threads: number | undefined;
  /** Combinations have to wait for each other: what one extracts, its next request needs. */
  readonly serial: boolean;
  /** So often the first request is sent at the same moment; 0: requests are not raced. */
  readonly race: number;
  /** Undefined: each request waits for the answer to the one before. */
  readonly pipelining: Pipelining | undefined;
  readonly iterateAll: boolean;
  /** Cookies are neither kept nor sent. */
  readonly disableCookies: boolean;
  /** The requests bring their own targets. */
  readonly selfContained: boolean;
  /** Numbers of the requests that operators look back at. */
  readonly lookedBack: ReadonlySet<number>;
  readonly preCondition: PreCondition | undefined;
}
