import type { ReplyTo } from "../../../../kernel/index.ts";
import type { PartOutcome } from "../../guard-port.ts";
import type { Call } from "./sending.ts";

/** What became of the accesses of a host. Counts are of this life of the proxy. */
export interface ReportsView {
  readonly spoolBytes: number;
  /** Parts that the service has not acknowledged. */
  readonly spoolParts: number;
  /** Age of the oldest of them in milliseconds; 0 with none. */
  readonly oldestMs: number;
  /** Nothing more is read, and front ends drop accesses once their queues are full too. */
  readonly isFull: boolean;
  /** Rows and accesses that were read. */
  readonly rows: number;
  readonly accesses: number;
  /** Accesses that front ends of the host said they had to drop, since the spool began. */
  readonly dropped: number;
  /** Reports that were sent, and those of them of which nothing came back. */
  readonly sentReports: number;
  readonly failedReports: number;
  /** Parts that are stored. */
  readonly storedParts: number;
  /** Shards that did not take what they were sent last. */
  readonly ailingShards: number;
  /** Payloads and rows that no front end writes, and ends of files of writers that were killed. */
  readonly malformed: number;
  readonly torn: number;
  /** Parts that could not be read back from the spool, or that were made for another number of shards. */
  readonly lostParts: number;
  /** What goes wrong now, of what is known. */
  readonly problem: string | undefined;
}

export type ReportsMessage =
  /** How many shards there are. Nothing can be reported before this was known once. */
  | { readonly type: "shards"; readonly shards: number }
  | { readonly type: "look" }
  | { readonly type: "send" }
  | { readonly type: "answered"; readonly call: Call; readonly outcomes: readonly PartOutcome[] }
  | { readonly type: "failed"; readonly call: Call; readonly error: Error }
  | { readonly type: "view"; readonly replyTo: ReplyTo<ReportsView> };
