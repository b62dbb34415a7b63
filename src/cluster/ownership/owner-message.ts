import type { ReplyTo } from "../../kernel/index.ts";
import type { TableView } from "../table.ts";
import type { HeldGrant } from "./held-grant.ts";
import type { FenceOutcome } from "./settle-fences.ts";

/** Every owned actor has been stopped, and every fence of this node is released; if the node is lost, the fences are not its to release. */
export interface HandedOver {
  readonly type: "handed-over";
}

/** What the actors that own are told from above. */
export type OwnerCommand =
  /** Where this node stands: the latest table that it knows, and until when it may act as an owner. */
  | { readonly type: "standing"; readonly view: TableView; readonly untilMs: number }
  /** This incarnation is no longer part of the cluster: what it owns is stopped, and nothing is written any more. */
  | { readonly type: "lost" }
  /** Owns nothing from now on. Answered when all is handed over. */
  | { readonly type: "hand-over"; readonly replyTo: ReplyTo<HandedOver> };

/** One reading and writing of fences under way, told from those of earlier lives. */
export type Round = symbol;

export type OwnerMessage =
  | OwnerCommand
  | { readonly type: "deadline" }
  | { readonly type: "settled"; readonly kind: string; readonly round: Round; readonly outcome: FenceOutcome }
  | { readonly type: "round-failed"; readonly round: Round; readonly error: Error }
  /** The pause after a round that came to nothing is over. */
  | { readonly type: "retry"; readonly kind: string }
  /** Wait for the space to change after this revision. */
  | { readonly type: "watch"; readonly kind: string; readonly seen: number }
  /** The space has changed, or has been quiet for long. */
  | { readonly type: "look"; readonly kind: string }
  /** Look for fences that this node holds without knowing it. */
  | { readonly type: "audit"; readonly kind: string }
  | { readonly type: "ended"; readonly grant: HeldGrant }
  | { readonly type: "surrendered"; readonly grant: HeldGrant }
  /** A shard whose actor had ended by itself may be taken again. */
  | { readonly type: "rested"; readonly kind: string; readonly shard: number };
