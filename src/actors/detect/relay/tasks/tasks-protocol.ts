import type { Address, ReplyTo } from "../../../../kernel/index.ts";
import type { DetectorDescription, TaskType } from "../../../../engines/malware/index.ts";
import type { FetchedTask, TaskClaim } from "../../centre-port.ts";
import type { DetectorResult } from "../desk-calls.ts";
import type { StandInMessage } from "../detectors/stand-in-protocol.ts";
import type { ObjectFailed } from "../objects/objects-protocol.ts";

/** What one claim of a detector leaves to be fetched. */
export interface UnmetClaim {
  readonly detector: string;
  readonly wants: readonly { readonly taskType: TaskType; readonly count: number }[];
  readonly taskIds: readonly string[] | undefined;
}

/** Counts since the relay began. */
export interface TaskCounts {
  /** Requests for tasks to the centre. */
  readonly fetches: number;
  readonly fetched: number;
  readonly summaries: number;
  readonly answers: number;
  readonly givenBack: number;
  /** Claims that were no longer held. */
  readonly lost: number;
  /** Tasks, and executions of them, that are here now. */
  readonly tasks: number;
  readonly executions: number;
}

/** What `/detect/relay/tasks` is told. */
export type TasksMessage =
  /** A detector is here, or says something else of itself. */
  | {
      readonly type: "detector-here";
      readonly detector: string;
      readonly description: DetectorDescription;
      readonly standIn: Address<StandInMessage>;
    }
  | { readonly type: "detector-gone"; readonly detector: string; readonly reason: string }
  | { readonly type: "unmet"; readonly claim: UnmetClaim }
  | { readonly type: "delivered"; readonly detector: string; readonly keys: readonly string[] }
  /** The detector has nothing at hand for some time: what it was given before that, it never got. */
  | { readonly type: "empty-handed"; readonly detector: string; readonly sinceMs: number }
  | { readonly type: "results"; readonly detector: string; readonly results: readonly DetectorResult[] }
  | ObjectFailed
  | { readonly type: "window" }
  | { readonly type: "fetched"; readonly tasks: readonly FetchedTask[]; readonly askedAtMs: number; readonly by: Fetch }
  | { readonly type: "fetch-failed"; readonly error: Error; readonly by: Fetch }
  /** Look after claims and deadlines. */
  | { readonly type: "keep" }
  | {
      readonly type: "extended";
      readonly claims: readonly TaskClaim[];
      readonly lost: readonly TaskClaim[];
      readonly askedAtMs: number;
    }
  | { readonly type: "extend-failed"; readonly error: Error }
  | { readonly type: "report" }
  | { readonly type: "reported"; readonly lost: readonly TaskClaim[] }
  | { readonly type: "report-failed"; readonly error: Error }
  | { readonly type: "view"; readonly replyTo: ReplyTo<TaskCounts> };

/** One request to the centre: whose claims it is for. */
export interface Fetch {
  /** What was asked for in the window. */
  readonly asked: readonly UnmetClaim[];
  /** What of it was still wanted at its end. */
  readonly claims: readonly UnmetClaim[];
}
