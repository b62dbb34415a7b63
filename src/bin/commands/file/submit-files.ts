import { systemClock } from "../../../base/clock.ts";
import { askVerdicts } from "../../calls/files/ask-verdicts.ts";
import { submitFile, type SampleFacts } from "../../calls/files/submit-file.ts";
import { inOrder } from "../../calls/in-order.ts";
import type { ExitCode } from "../../process/exit-codes.ts";
import { judgeFiles, type JudgeFlags } from "./judge-files.ts";

export interface SubmitFlags extends JudgeFlags {
  readonly type: SampleFacts["taskType"];
  readonly source?: string;
  readonly callback?: string;
  readonly priority?: number;
  /** Milliseconds; false: not at all. */
  readonly wait: number | false;
}

/** Files that are sent, or whose verdicts are waited for. */
const atOnce = 16;

const factsOf = ({ type, source, callback, priority }: SubmitFlags): SampleFacts => ({
  taskType: type,
  ...(source === undefined ? {} : { source }),
  ...(callback === undefined ? {} : { callbackUrl: callback }),
  ...(priority === undefined ? {} : { priority }),
});

/** Has files scanned, and says what came of it. */
export const submitFiles = (paths: readonly string[], flags: SubmitFlags): Promise<ExitCode> => {
  const facts = factsOf(flags);
  const waitMs = flags.wait === false ? 0 : flags.wait;
  return judgeFiles(paths, flags, async function* (detection, files, signal) {
    const { source } = facts;
    const verdicts = await askVerdicts(detection, files, { scan: true, ...(source === undefined ? {} : { source }) });
    const setup = { detection, facts, waitMs, clock: systemClock, signal };
    // What stops all of them is thrown where the first of them is waited for.
    const settled = inOrder(verdicts, atOnce, async (verdict) => {
      try {
        return verdict.status === "asked" ? await submitFile(verdict, setup) : verdict;
      } catch (thrown) {
        return { thrown };
      }
    });
    for await (const verdict of settled) {
      if ("thrown" in verdict) throw verdict.thrown;
      yield verdict;
    }
  });
};
