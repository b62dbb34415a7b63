import type { Cause } from "../../../engines/events/index.ts";
import type { InterceptAction } from "../../../engines/intercept/index.ts";
import type { ReplyTo } from "../../../kernel/index.ts";
import type { Interception, InterceptionKey } from "../../../shared-memory/index.ts";
import type { PartOutcome, ProxyIdentity, ReportPart } from "../guard-port.ts";

/** A request that was understood and is not done, for a reason that whoever asked can act on. */
export interface Refused {
  readonly type: "refused";
  readonly code: "never-block" | "invalid" | "not-found" | "conflict" | "busy" | "unavailable";
  readonly message: string;
}

export interface BlockOrder {
  /** Made by who asks: the same again is the same block. */
  readonly blockId: string;
  readonly field: string;
  /** Of the field `ip` also a network. In the spelling in which front ends compare. */
  readonly subject: string;
  readonly action: InterceptAction;
  readonly blockMs: number;
  readonly reason: string;
  /** Name of the caller, or of the run. */
  readonly by: string;
  /** Of a playbook, so that answers to events which lead to events come to an end. */
  readonly cause: Cause | undefined;
}

export type BlockReply =
  | { readonly type: "blocked"; readonly untilMs: number }
  /** A cap is reached: a person has to settle it. */
  | { readonly type: "pending"; readonly why: string }
  | Refused;

/** An interception with what a person wants to know of it. */
export interface ListedIndication extends Interception {
  readonly state: "active" | "pending";
  /** Of a manual block, or of one that waits. */
  readonly blockId: string | undefined;
  readonly sinceMs: number;
  /** Which offence of the subject under the rule it is, from 1; 0 for a manual block. */
  readonly offence: number;
  readonly reason: string;
  /** Who asked for a manual block; empty for those of rules. */
  readonly by: string;
}

/** Entries of one answer, put and dropped together: however long the subjects are, they fit into one message between nodes. */
export const mostChangedEntries = 500;
/** Indications of one answer to `list`, likewise. */
export const mostListedIndications = 100;

/** How the table of the shard changed since a sequence, or all of it. */
export interface Changes {
  readonly type: "changes";
  /** What was asked for; 0 in the first answer of a table from its beginning. */
  readonly afterSequence: number;
  readonly sequence: number;
  /** Part of the table from its beginning, because what happened since is not known any more: all answers up to the one without `more`. */
  readonly anew: boolean;
  /** With `dropped` at most `mostChangedEntries`. */
  readonly put: readonly Interception[];
  readonly dropped: readonly InterceptionKey[];
  /** There is more: ask again from `sequence`. */
  readonly more: boolean;
}

export interface ShardStats {
  readonly shard: number;
  readonly subjects: number;
  readonly active: number;
  readonly pending: number;
  readonly passed: number;
  readonly intercepted: number;
  readonly late: number;
  readonly uncounted: number;
  readonly repeatedParts: number;
  readonly crossings: number;
  readonly sequence: number;
}

/** What the actor that owns one shard of the subjects understands. */
export type ShardMessage =
  /** Answered when all of the parts are stored, or cannot be. */
  | {
      readonly type: "report";
      readonly from: ProxyIdentity;
      /** In the order of their sequence. */
      readonly parts: readonly ReportPart[];
      readonly replyTo: ReplyTo<{ readonly type: "reported"; readonly outcomes: readonly PartOutcome[] }>;
    }
  | { readonly type: "block"; readonly order: BlockOrder; readonly replyTo: ReplyTo<BlockReply> }
  | {
      readonly type: "unblock";
      readonly field: string;
      readonly subject: string;
      readonly by: string;
      readonly cause: Cause | undefined;
      readonly replyTo: ReplyTo<{ readonly type: "unblocked"; readonly ended: number } | Refused>;
    }
  | {
      readonly type: "settle";
      readonly blockId: string;
      readonly approve: boolean;
      readonly by: string;
      readonly replyTo: ReplyTo<BlockReply | { readonly type: "dropped" }>;
    }
  /** Answered once there is something after the sequence, at the latest after `waitMs`. A later one of the same follower answers this one. */
  | {
      readonly type: "follow";
      readonly follower: string;
      readonly afterSequence: number;
      readonly waitMs: number;
      readonly replyTo: ReplyTo<Changes>;
    }
  | {
      readonly type: "list";
      readonly state: "active" | "pending" | undefined;
      readonly rule: number | undefined;
      readonly after: string | undefined;
      /** 1 … `mostListedIndications`. */
      readonly limit: number;
      readonly replyTo: ReplyTo<{
        readonly type: "listed";
        readonly indications: readonly ListedIndication[];
        readonly next: string | undefined;
      }>;
    }
  | { readonly type: "stats"; readonly replyTo: ReplyTo<ShardStats & { readonly type: "stats" }> }
  /** The rules were written anew; a hint, which may be lost. */
  | { readonly type: "rules-changed" };
