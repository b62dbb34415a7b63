import { linesOf, startCommand } from "./command-line.ts";

const longestMs = 240_000;

export interface ChaosRun {
  readonly code: number | null;
  /** The last JSON line: what the run saw. */
  readonly seen: Readonly<Record<string, unknown>>;
  /** For the message of a failed assertion. */
  readonly output: string;
}

/** Runs one of the chaos runs to its end, in processes of its own. They have to be compiled: nodes that are killed over and over have to start fast. */
export const runChaos = async (...args: readonly string[]): Promise<ChaosRun> => {
  const entry = "../.test/test/chaos/scan/main.js";
  const { code, stdout, stderr } = await startCommand(args, { entry, longestMs }).ended;
  const seen = linesOf(stdout).findLast((line) => line.startsWith("{"));
  return {
    code,
    seen: JSON.parse(seen ?? "{}") as Record<string, unknown>,
    output: `${stdout}${stderr}`,
  };
};
