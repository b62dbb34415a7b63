import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { built, inRepository } from "./built.ts";
import { linesOf, startCommand } from "./command-line.ts";

const longestMs = 240_000;
let compiling: Promise<unknown> | undefined;

/** Builds what users run, and compiles the chaos runs: nodes that are killed over and over have to start fast. */
export const chaosBuilt = async (): Promise<void> => {
  await built();
  compiling ??= promisify(execFile)("npx", ["tsc", "-p", "tsconfig.chaos.json"], { cwd: inRepository(".") });
  await compiling;
};

export interface ChaosRun {
  readonly code: number | null;
  /** The last JSON line: what the run saw. */
  readonly seen: Readonly<Record<string, unknown>>;
  /** For the message of a failed assertion. */
  readonly output: string;
}

/** Runs one of the chaos runs to its end, in processes of its own. */
export const runChaos = async (...args: readonly string[]): Promise<ChaosRun> => {
  const entry = "../.chaos/test/chaos/scan/main.js";
  const { code, stdout, stderr } = await startCommand(args, { entry, longestMs }).ended;
  const seen = linesOf(stdout).findLast((line) => line.startsWith("{"));
  return {
    code,
    seen: JSON.parse(seen ?? "{}") as Record<string, unknown>,
    output: `${stdout}${stderr}`,
  };
};
