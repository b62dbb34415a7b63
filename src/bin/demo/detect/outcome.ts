import type { PastVerdict, Verdict } from "../../../client/index.ts";
import type { Sample } from "./sample.ts";

/** What the submitter of a sample got to know. */
export interface Outcome {
  readonly sample: Sample;
  /** The task that was acknowledged; undefined: none was. */
  readonly taskId: string | undefined;
  /** The last verdict that was told, with what each detector said. */
  readonly verdict: Verdict;
  /** All decisions about it. */
  readonly decisions: readonly PastVerdict[];
  /** On the monotonic clock. */
  readonly submittedAtMs: number;
  readonly decidedAtMs: number;
}
