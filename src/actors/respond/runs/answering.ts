import type { Clock } from "../../../base/clock.ts";
import type { Change, Space } from "../../../store/index.ts";
import type { RespondHints } from "../hints.ts";

export interface AnswerSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly hints: RespondHints;
}

/** What answers change, in one commit that is refused unless all is as it was read. */
export interface Answering {
  readonly changes: readonly Change[];
  /** Once they are kept. */
  readonly kept: () => Promise<void>;
}
