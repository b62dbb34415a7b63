import { askVerdicts } from "../../calls/files/ask-verdicts.ts";
import type { ExitCode } from "../../process/exit-codes.ts";
import { judgeFiles, type JudgeFlags } from "./judge-files.ts";

export interface CheckFlags extends JudgeFlags {
  readonly scan?: true;
  readonly source?: string;
}

/** Says what is known of files, and sends none. */
export const checkFiles = (paths: readonly string[], flags: CheckFlags): Promise<ExitCode> => {
  const { scan = false, source } = flags;
  return judgeFiles(paths, flags, async function* (detection, files) {
    yield* await askVerdicts(detection, files, { scan, ...(source === undefined ? {} : { source }) });
  });
};
