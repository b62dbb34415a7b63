import type { ChildProcess } from "node:child_process";
import type { Clock } from "../../../../base/clock.ts";
import { asError } from "../../../../base/errors.ts";
import { PlaybookError } from "../../errors.ts";
import { PlaybookProcess } from "./playbook-process.ts";
import type { PrivateFolders } from "./private-folders.ts";
import { endOfExit } from "./process-exit.ts";
import type { ChildStart, StartChild } from "./start-child.ts";

export interface StartProcessSetup {
  readonly startChild: StartChild;
  readonly start: Omit<ChildStart, "folder">;
  readonly folders: PrivateFolders;
  readonly clock: Clock;
}

/** A loaded machine starts processes slowly; one that takes longer hangs. */
const readyMs = 20_000;

/**
 * Starts a process with a folder of its own and waits until it is ready for a playbook. The folder goes when the process is gone.
 * @param signal ends the start
 * @throws PlaybookError `no-process` with the reason when it does not become ready: none is left then
 */
export const startProcess = async (setup: StartProcessSetup, signal: AbortSignal): Promise<PlaybookProcess> => {
  const { startChild, start, folders, clock } = setup;
  const folder = folders.make();
  let child: PlaybookProcess;
  try {
    child = new PlaybookProcess(await spawned(startChild({ ...start, folder })), folder, clock);
  } catch (cause) {
    await folders.remove(folder);
    throw failed(asError(cause).message, cause);
  }
  void child.gone.then(() => folders.remove(folder));
  try {
    await becomeReady(child, start.maxOldSpaceMb, clock, signal);
  } catch (thrown) {
    child.kill();
    await child.gone;
    throw thrown;
  }
  return child;
};

const failed = (why: string, cause?: unknown): PlaybookError =>
  new PlaybookError("no-process", `no process could be started: ${why}`, { retryable: true, cause });

const spawned = async (child: ChildProcess): Promise<ChildProcess> => {
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve).once("error", reject);
  });
  return child;
};

const becomeReady = async (
  child: PlaybookProcess,
  maxOldSpaceMb: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  const over = new AbortController();
  const ready = new Promise<void>((resolve, reject) => {
    const timer = clock.after(readyMs, () => reject(failed(`it was not ready within ${readyMs} ms`)));
    const stop = (): void => reject(failed("no more are wanted"));
    signal.addEventListener("abort", stop);
    over.signal.addEventListener("abort", () => {
      timer.cancel();
      signal.removeEventListener("abort", stop);
    });
    if (signal.aborted) stop();
    child.hear({
      said: ({ type }) => (type === "ready" ? resolve() : reject(failed(`it said "${type}" before it was ready`))),
      printed: () => undefined,
      broke: (error) => reject(failed(error.message, error)),
    });
    void child.gone.then((exit) => {
      const end = endOfExit(exit, maxOldSpaceMb);
      reject(failed("message" in end ? end.message : "it ended"));
    });
  });
  await ready.finally(() => over.abort());
  // It has nothing to say until it has a run.
  const kill = (): void => child.kill();
  child.hear({ said: kill, printed: () => undefined, broke: kill });
};
