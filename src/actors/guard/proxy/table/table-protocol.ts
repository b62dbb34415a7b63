import type { ReplyTo } from "../../../../kernel/index.ts";
import type { FeedMessage } from "../../guard-port.ts";
import type { Subscription } from "./subscription.ts";

/** The table of the front ends of a host. Counts are of this life of the proxy. */
export interface TableView {
  /** `following`: what is true at the service is here. `behind`: something is to come first. `apart`: the service is not there. */
  readonly subscription: "following" | "behind" | "apart";
  /** Why the subscription ended last, or the table could not be written; undefined: nothing is wrong now. */
  readonly problem: string | undefined;
  readonly entries: number;
  readonly rules: number;
  /** Of the file in force; 0 while this proxy has put none in force. */
  readonly fileBytes: number;
  readonly generations: number;
  readonly subscriptions: number;
  /** Subscriptions that ended because what came did not fit. */
  readonly mismatches: number;
}

export type TableMessage =
  | { readonly type: "subscribe" }
  | { readonly type: "fed"; readonly subscription: Subscription; readonly message: FeedMessage }
  | { readonly type: "feed-ended"; readonly subscription: Subscription; readonly error: Error }
  | { readonly type: "silent"; readonly subscription: Subscription }
  | { readonly type: "write" }
  | { readonly type: "view"; readonly replyTo: ReplyTo<TableView> };
