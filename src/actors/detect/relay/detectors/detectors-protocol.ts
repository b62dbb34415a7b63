import type { DetectorDescription } from "../../../../engines/malware/index.ts";
import type { ReplyTo } from "../../../../kernel/index.ts";
import type { ProcessEnded } from "../processes/processes-protocol.ts";
import type { AssignedTask, Heartbeat, HeartbeatAnswer, ResultReport, TaskClaimRequest } from "../desk-calls.ts";

/** The instance of a detector, for those who look from outside. */
export interface DetectorView {
  readonly detector: string;
  readonly incarnation: string;
  readonly description: DetectorDescription;
  readonly capacity: number;
  readonly load: number;
  readonly pid: number | undefined;
  /** Since its last heartbeat. */
  readonly silentMs: number;
}

/** What `/detect/relay/detectors` is told. */
export type DetectorsMessage =
  | { readonly type: "heartbeat"; readonly heartbeat: Heartbeat; readonly replyTo: ReplyTo<HeartbeatAnswer> }
  | { readonly type: "claim"; readonly claim: TaskClaimRequest; readonly replyTo: ReplyTo<readonly AssignedTask[]> }
  | { readonly type: "report"; readonly report: ResultReport; readonly replyTo: ReplyTo<"taken"> }
  /** The heartbeat of a detector did not come. */
  | { readonly type: "silent"; readonly detector: string }
  | ProcessEnded
  | { readonly type: "announce" }
  | {
      readonly type: "announced";
      readonly waiting: readonly { readonly kind: string; readonly waiting: number }[];
      /** Kinds that could be started, and of which nobody knows what they say of themselves. */
      readonly undescribed: readonly string[];
    }
  | { readonly type: "announce-failed"; readonly error: Error }
  | { readonly type: "view"; readonly replyTo: ReplyTo<readonly DetectorView[]> };
