import { spawn } from "node:child_process";

const keptOutput = 200_000;

export interface BrokenRun {
  /** Exit code; `null` when a signal ended it. */
  readonly code: number | null;
  readonly overdue: boolean;
  readonly output: string;
}

/** Runs `node` in this folder to its end, or to its deadline, with the output that it and its children write. */
export const runBrokenProcess = (
  cwd: string,
  nodeArguments: readonly string[],
  deadlineMs: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<BrokenRun> =>
  new Promise((resolve, reject) => {
    // A process group of its own, so that the deadline ends its children too.
    const child = spawn(process.execPath, nodeArguments, {
      cwd,
      env: { ...process.env, ...environment },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let overdue = false;
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString("utf8")).slice(-keptOutput);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const deadline = setTimeout(() => {
      overdue = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, deadlineMs);
    child.once("error", (error) => {
      clearTimeout(deadline);
      reject(error);
    });
    child.once("close", (code) => {
      clearTimeout(deadline);
      resolve({ code, overdue, output });
    });
  });
