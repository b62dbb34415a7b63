import type { Address, ReplyTo } from "../../../src/kernel/index.ts";
import type { Origin } from "../history.ts";
import type { Action } from "./schedule.ts";

export type ModelMessage =
  | { readonly type: "do"; readonly origin: Origin; readonly action: Action; readonly replyTo?: ReplyTo<true> }
  | { readonly type: "gone"; readonly target: Address<ModelMessage>; readonly watch: number }
  | { readonly type: "alarm" };
