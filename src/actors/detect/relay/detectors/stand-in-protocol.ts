import type { ReplyTo } from "../../../../kernel/index.ts";
import type { AssignedTask, TaskClaimRequest } from "../desk-calls.ts";
import type { Assignment } from "../execution.ts";
import type { ObjectReady } from "../objects/objects-protocol.ts";

/** What the stand-in of a detector is told. */
export type StandInMessage =
  | { readonly type: "claim"; readonly claim: TaskClaimRequest; readonly replyTo: ReplyTo<readonly AssignedTask[]> }
  /** Another execution for this detector: it waits until its object is here. */
  | { readonly type: "assign"; readonly assignment: Assignment }
  | ObjectReady
  /** The execution has ended, or has gone elsewhere. */
  | { readonly type: "drop"; readonly key: string }
  /** The detector never got these: it may have them again. */
  | { readonly type: "offer-again"; readonly keys: readonly string[] }
  /** A fetch is over: say again what is still wanted. */
  | { readonly type: "window-over" }
  /** A claim has waited as long as it was to. */
  | { readonly type: "waited"; readonly claim: number };
