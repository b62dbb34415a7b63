import { readFileSync, readlinkSync } from "node:fs";

/** Which process this is among all that had its number. */
export interface ProcessMark {
  readonly pid: number;
  /** In ticks since boot. */
  readonly started: string;
  /** In which its number is its own, as a number (pid_namespaces(7)): those of containers are not the one of their host. */
  readonly namespace: string;
}

/** `unknown`: it is of another namespace, where we cannot look. */
export type Life = "alive" | "gone" | "unknown";

/** Fields of `/proc/<pid>/stat` after the name, which may hold anything (proc(5)): the third one, and the 22nd. */
const [state, started] = [0, 19];
/** It has ended and only its parent has not asked for that, which it may never do. */
const ended = new Set(["Z", "X"]);

/** When the process with this number started; undefined when there is none. */
const startedOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ended.has(fields[state] ?? "") ? undefined : fields[started];
  } catch {
    return undefined;
  }
};

let own: string | undefined;

/** It never changes. 0: the system does not say. */
const ownNamespace = (): string => {
  try {
    own ??= /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0];
  } catch {
    own = "0";
  }
  return own ?? "0";
};

export const ownMark = (): ProcessMark => ({
  pid: process.pid,
  started: startedOf(process.pid) ?? "0",
  namespace: ownNamespace(),
});

/** Whether the process is still there, frozen or not. */
export const lifeOf = ({ pid, started: since, namespace }: ProcessMark): Life => {
  if (namespace !== ownNamespace()) return "unknown";
  return startedOf(pid) === since ? "alive" : "gone";
};
