import type { InterceptRule } from "../../engines/intercept/index.ts";
import type { AccessRow, Interception, InterceptionKey, NeverBlocked } from "../../shared-memory/index.ts";

/** Rows of one part of a report. */
export const mostPartRows = 2_000;
/** Parts of one report. */
export const mostParts = 64;
/** Entries of one message of the feed, in each of its lists. */
export const mostFeedEntries = 500;

/** A proxy in one life of its spool. */
export interface ProxyIdentity {
  /** Host of the proxy: lower-case letters, digits, dots and hyphens, at most 64. Of one that calls over gRPC, `HOST@CALLER` at the service. */
  readonly proxy: string;
  /** Unique for each life of its spool. */
  readonly incarnation: string;
}

/** Rows of the subjects of one shard. */
export interface ReportPart {
  readonly shard: number;
  /** From 1 for each shard and each incarnation of the proxy, without gaps. */
  readonly sequence: number;
  /** 1 … `mostPartRows`, at most 128 KiB encoded. */
  readonly rows: readonly AccessRow[];
}

export interface GuardReport extends ProxyIdentity {
  /** 1 … `mostParts`; those of one shard in the order of their sequence. */
  readonly parts: readonly ReportPart[];
  /** Accesses that front ends of the host had to drop, in all, since the spool began. */
  readonly dropped: number;
}

/** What became of one part. */
export interface PartOutcome {
  readonly shard: number;
  readonly sequence: number;
  /** Why it is not stored and has to be sent again; undefined: what it counts for is stored. */
  readonly problem: string | undefined;
}

export interface FeedRequest {
  readonly proxy: string;
  /** Numbers of the rules whose interceptions are wanted, manual blocks always; none: of all rules. */
  readonly rules: readonly number[];
  /** How far the caller is. */
  readonly positions: readonly { readonly shard: number; readonly sequence: number }[];
}

/** What front ends have to know beside who is intercepted. */
export interface FeedSettings {
  readonly type: "settings";
  readonly shards: number;
  readonly slotMs: number;
  readonly v6PrefixBits: number;
  readonly neverBlock: readonly NeverBlocked[];
}

/** How the table of one shard changed. */
export interface FeedChanges {
  readonly type: "changes";
  readonly shard: number;
  /** `sequence` of the message of this shard before this one, else the receiver subscribes anew; 0 in the first message of a table from its beginning. */
  readonly afterSequence: number;
  readonly sequence: number;
  /** Part of the table of the shard from its beginning, as all messages from that with `afterSequence` 0 up to the complete one are. */
  readonly anew: boolean;
  readonly put: readonly Interception[];
  readonly dropped: readonly InterceptionKey[];
  /** No more messages follow for this sequence. */
  readonly complete: boolean;
  /** Number and checksum (`tableChecksum`) of all entries that the receiver has of the shard now. Only when complete. */
  readonly entries: number;
  readonly checksum: number;
}

/** The settings come first, then the rules, then changes; the first two again whenever they have changed. */
export type FeedMessage =
  FeedSettings | { readonly type: "rules"; readonly rules: readonly InterceptRule[] } | FeedChanges;

/**
 * The service of interception as proxies see it: in the process of the node, or behind gRPC. Both calls reject when it is not there; then
 * the caller waits and calls again.
 */
export interface GuardPort {
  /** Resolves with an outcome for each part. */
  report(report: GuardReport, signal: AbortSignal): Promise<readonly PartOutcome[]>;
  /** Ends only by throwing, or when the signal is aborted. */
  subscribe(request: FeedRequest, signal: AbortSignal): AsyncIterable<FeedMessage>;
}
