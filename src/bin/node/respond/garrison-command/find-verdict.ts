import type { Verdicts, VerdictView } from "../../../../actors/detect/index.ts";
import type { Clock } from "../../../../base/clock.ts";
import { pause } from "../../../../base/pause.ts";
import {
  CommandFailure,
  type CommandOutput,
  type CommandTask,
} from "../../../../engines/playbook/node-commands/index.ts";
import type { VerdictRequest } from "./verdict-words.ts";

export interface FindVerdictSetup {
  /** `undefined`: this node has no detection centre. */
  readonly verdicts: () => Pick<Verdicts, "check"> | undefined;
  readonly clock: Clock;
}

const firstLookMs = 50;
const longestPauseMs = 2_000;
const sourceChars = 200;

/**
 * Asks the verdict library about a digest.
 *
 * @returns the trust as `text` and as the fact `verdict`, `unknown` as long as there is no verdict that holds; also `state`, `degraded`, and as
 * far as they are known `reputation` and `sha256`. `degraded` is true without a verdict too: nobody has looked
 * @throws CommandFailure; DetectError, StoreError
 */
export const findVerdict = async (
  { verdicts, clock }: FindVerdictSetup,
  { digest, wait }: VerdictRequest,
  { idempotencyKey, cause, signal }: CommandTask,
): Promise<CommandOutput> => {
  const library = verdicts();
  if (library === undefined) {
    throw new CommandFailure(
      "refused",
      "this node keeps no verdicts: give the nodes that execute playbooks the role centre",
    );
  }
  const source = `playbook ${idempotencyKey}`.slice(0, sourceChars);
  for (let [scan, pauseMs] = [wait, firstLookMs]; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    const [view] = await library.check([digest], { scan, source, cause });
    if (view === undefined) throw new TypeError("the library answers for each digest");
    if (!wait || view.state === "decided" || view.state === "unknown") return outputOf(view);
    if (signal.aborted) throw new CommandFailure("threw", `the verdict about ${digest.hex} is made without it`);
    // The task is there now.
    scan = false;
    await pause(clock, pauseMs, signal);
  }
};

const outputOf = ({ state, decision, sha256 }: VerdictView): CommandOutput => {
  const verdict = decision?.trust ?? "unknown";
  return {
    text: verdict,
    truncated: false,
    facts: {
      verdict,
      state,
      degraded: decision?.degraded ?? true,
      ...(decision?.reputation === undefined ? {} : { reputation: decision.reputation }),
      ...(sha256 === "" ? {} : { sha256 }),
    },
  };
};
