import { readFileSync } from "node:fs";

/** Which process this is among all that had its number: the number and when it started, in ticks since boot. */
export interface ProcessMark {
  readonly pid: number;
  readonly started: string;
}

/** Field 22 of `/proc/<pid>/stat`, counted after the name, which may hold anything (proc(5)). */
const startedAfterName = 19;

/** When the process with this number started; undefined when there is none. */
const startedOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[startedAfterName];
  } catch {
    return undefined;
  }
};

export const ownMark = (): ProcessMark => ({ pid: process.pid, started: startedOf(process.pid) ?? "0" });

/** Whether the process is still there, frozen or not. */
export const isAlive = ({ pid, started }: ProcessMark): boolean => startedOf(pid) === started;
