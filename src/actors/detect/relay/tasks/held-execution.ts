import type { DetectorAnswer, DetectorDescription } from "../../../../engines/malware/index.ts";
import type { FetchedTask } from "../../centre-port.ts";
import type { DetectorResult } from "../desk-calls.ts";
import type { Assignment } from "../execution.ts";
import type { HeldClaim } from "./held-claim.ts";

/** An execution that this relay has claimed and a detector is to do. Mutable, private to the manager of the tasks. */
export interface HeldExecution {
  readonly key: string;
  readonly task: FetchedTask;
  readonly held: HeldClaim;
  /** When it is answered for its detector, so that the centre still hears of it in time. */
  readonly endsAtMs: number;
  detector: string;
  /** What the detector had said of itself when it claimed the execution, or, before that, when it was assigned to it. */
  description: DetectorDescription;
  /** Absent: the detector has not claimed it yet. */
  deliveredAtMs: number | undefined;
  /** It was offered to its detector again. */
  offeredAgain: boolean;
  /** How many detectors have ended under it. */
  deaths: number;
}

/** The centre has to hear of it before the task ends there. */
const mostMarginMs = 5_000;
const marginShare = 0.1;

/** When to answer for a detector that has not answered, of a task that has so long yet. */
export const answerBy = (askedAtMs: number, taskLeftMs: number): number =>
  askedAtMs + taskLeftMs - Math.min(mostMarginMs, taskLeftMs * marginShare);

export const assignmentOf = ({ key, task, endsAtMs }: HeldExecution): Assignment => {
  const { taskId, kind, nth, taskType, object } = task;
  return { key, taskId, kind, nth, taskType, object, endsAtMs };
};

const longestMessage = 500;

/** What its detector says of it, as the centre hears it. */
export const answerOf = (
  { task, detector, description }: HeldExecution,
  host: string,
  { result, tookMs, madeWith = description }: Pick<DetectorResult, "result" | "tookMs" | "madeWith">,
): DetectorAnswer => ({
  kind: task.kind,
  detector,
  host,
  engineVersion: madeWith.engineVersion,
  signatureVersion: madeWith.signatureVersion,
  tookMs,
  result: result.outcome === "error" ? { ...result, message: result.message.slice(0, longestMessage) } : result,
});
