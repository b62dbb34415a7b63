import type { Address, ReplyTo } from "../../../kernel/index.ts";
import type { HeldClaims } from "../../claims/held-claims.ts";
import type { PlaybookCode } from "../records/playbook-code.ts";
import type { RunMessage, RunReport } from "./run-protocol.ts";

/** What the supervisor of the runs of a node is told. */
export type RunSupervisorMessage =
  | RunReport
  /** A run actor has stopped, for whatever reason. */
  | { readonly type: "run-gone"; readonly token: number }
  /** Runs wait, or a process is free. Only a hint. */
  | { readonly type: "work" }
  /** This run may have been cancelled. Only a hint. */
  | { readonly type: "check"; readonly runId: string }
  /** A person has said something to the run of this item. Only a hint. */
  | { readonly type: "answered"; readonly item: string }
  /** The store has changed, or something falls due. */
  | { readonly type: "look"; readonly seen: number }
  | { readonly type: "again" }
  | { readonly type: "heartbeat" }
  /** Claim nothing more, let the steps under way end and no other begin, and answer when no claim is held. Once. */
  | { readonly type: "quiesce"; readonly replyTo: ReplyTo<Quiesced> };

/** The answer to `quiesce`. */
export interface Quiesced {
  readonly type: "quiesced";
}

/** Mutable, and private to the actor. */
export interface RunSupervisorState {
  readonly held: HeldClaims<Address<RunMessage>>;
  readonly code: PlaybookCode;
  /** Claims whose runs have not taken their process yet. */
  readonly starting: Set<number>;
  /** `work` was told and is not handled yet. */
  woken: boolean;
  /** Someone waits for a change of the store and will tell `look`. */
  watching: boolean;
  /** An item waits to be the only one of this node: nothing else is begun until it was. */
  aloneWaiting: boolean;
  /** Its node ends: who waits for it to hold nothing. */
  quiescing: ReplyTo<Quiesced> | undefined;
  seen: number;
  /** Not before this may an item that falls due be looked for, while nothing is waiting. */
  nextDueMs: number;
}
