import { readFile } from "node:fs/promises";
import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";

const lookEveryMs = 50;
/** It loads its engine, and the machine may be busy. */
const longestMs = 60_000;

/** Empty: there is no such process any more. */
const textOf = (path: string): Promise<string> => readFile(path, "latin1").catch(() => "");

/** The id of the process with which a node runs a detector, by the name that it is started under (proc(5)); undefined: there is none now. */
export const findDetector = async (nodePid: number, detector: string): Promise<number | undefined> => {
  const children = (await textOf(`/proc/${nodePid}/task/${nodePid}/children`)).split(" ").filter((pid) => pid !== "");
  for (const pid of children) {
    const commandLine = (await textOf(`/proc/${pid}/cmdline`)).split("\0");
    if (commandLine.includes(detector)) return Number(pid);
  }
  return undefined;
};

/** Waits until a node runs a detector in another process than `before`. @throws Error after a minute; what the signal was aborted with */
export const awaitDetector = async (
  nodePid: number,
  detector: string,
  { before, clock, signal }: { readonly before?: number; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<number> => {
  const untilMs = clock.monotonicMs() + longestMs;
  for (;;) {
    const pid = await findDetector(nodePid, detector);
    if (pid !== undefined && pid !== before) return pid;
    if (clock.monotonicMs() > untilMs) throw new Error(`${detector} was not started within ${longestMs} ms`);
    await pause(clock, lookEveryMs, signal);
    signal.throwIfAborted();
  }
};
