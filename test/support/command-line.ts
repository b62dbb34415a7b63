import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { inRepository } from "./built.ts";

/** How a process has ended and what it said. */
export interface Ended {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of the command line that may still be running. */
export interface Running {
  readonly child: ChildProcess;
  /** What it has said until now. */
  stdout(): string;
  stderr(): string;
  /** Resolves when the process is gone and its streams are closed. */
  readonly ended: Promise<Ended>;
}

export interface CommandLineOptions {
  /** Where the process makes its temporary files. */
  readonly tmp?: string;
  /** An entry file below `dist/`; `bin/garrison.js` when absent. */
  readonly entry?: string;
  /** Beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A run that takes longer hangs: it is ended and shows as ended by a signal. */
  readonly longestMs?: number;
  /** What its standard input has; `pipe`: the test writes it. Nothing when absent. */
  readonly input?: "pipe" | { readonly text: string };
  /** A command that becomes the process, with its arguments before those of the process, such as `env -i`. */
  readonly through?: readonly string[];
}

const usualLongestMs = 60_000;

/** Starts the built command line, as the leader of a process group of its own. */
export const startCommand = (args: readonly string[], options: CommandLineOptions = {}): Running => {
  const { tmp, entry = "bin/garrison.js", environment = {}, cwd, longestMs = usualLongestMs, input } = options;
  const own = [inRepository(`dist/${entry}`), ...args];
  const [command = process.execPath, ...before] = options.through ?? [];
  const child = spawn(command, options.through === undefined ? own : [...before, process.execPath, ...own], {
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    detached: true,
    cwd,
    env: { ...process.env, ...(tmp === undefined ? {} : { TMPDIR: tmp }), ...environment },
  });
  // It may end before it has read everything.
  child.stdin?.on("error", () => undefined);
  if (typeof input === "object") child.stdin?.end(input.text);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const deadline = setTimeout(() => child.kill("SIGKILL"), longestMs);
  const ended = once(child, "close").then(([code]) => {
    clearTimeout(deadline);
    return { code: code as number | null, stdout, stderr };
  });
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
};

/** Runs the built command line to its end. */
export const runCommand = (args: readonly string[], options?: CommandLineOptions): Promise<Ended> =>
  startCommand(args, options).ended;

/** Whether a process of the group that was started with this leader is still there. */
export const groupLives = ({ child }: Running): boolean => {
  try {
    return process.kill(-(child.pid ?? Number.NaN), 0);
  } catch {
    return false;
  }
};

/** Non-empty lines. */
export const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");
