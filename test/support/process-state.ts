import { readdirSync, readFileSync } from "node:fs";

/** State and parent of a process, as the kernel shows them; `undefined`: there is none. */
const look = (pid: number): { readonly state: string; readonly parent: number } | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
};

/** Whether a process is there and not only waits for its parent to take notice of its end. */
export const isRunning = (pid: number): boolean => {
  const process = look(pid);
  return process !== undefined && process.state !== "Z" && process.state !== "X";
};

/** The processes that a process has started, and those that these have, and so on. */
export const descendantsOf = (pid: number): readonly number[] => {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(pids.map((each) => [each, look(each)?.parent]));
  const below = (above: number): readonly number[] =>
    pids.filter((each) => parents.get(each) === above).flatMap((each) => [each, ...below(each)]);
  return below(pid);
};
