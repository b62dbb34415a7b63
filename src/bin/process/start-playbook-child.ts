import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { StartChild } from "../../engines/playbook/index.ts";
import { permissionFlags } from "./permission-flags.ts";

const entry = fileURLToPath(new URL("../respond-child.js", import.meta.url));

/** Starts a process for the run of a playbook from the built files. */
export const startPlaybookChild: StartChild = ({ folder, maxOldSpaceMb, stallMs, warmThreads, childProcess }) => {
  const flags = [`--max-old-space-size=${maxOldSpaceMb}`, ...permissionFlags({ folder, childProcess })];
  const args = ["--stall-ms", stallMs, "--warm-threads", warmThreads, "--thread-heap-mb", maxOldSpaceMb].map(String);
  const child = spawn(process.execPath, [...flags, entry, ...args], {
    cwd: folder,
    // Leader of a group and of a session: it is killed with all that it starts, and no terminal reaches it.
    detached: true,
    env: {},
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  if (child.pid !== undefined) giveWay(child.pid);
  return child;
};

/**
 * Before it has threads, which inherit it: the node goes on accepting and keeping while playbooks take all the processor they can get,
 * and when memory runs out the kernel ends a playbook first. What the system refuses is not needed to run.
 */
const giveWay = (pid: number): void => {
  const attempts = [
    () => setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL),
    // Where sessions are scheduled against each other, the priority of one against the others.
    () => writeFileSync(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_BELOW_NORMAL)),
    () => writeFileSync(`/proc/${pid}/oom_score_adj`, "1000"),
  ];
  for (const attempt of attempts) {
    try {
      attempt();
    } catch {
      // Another kernel, or not allowed here.
    }
  }
};
