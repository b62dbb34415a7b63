import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { StartChild } from "../../engines/playbook/index.ts";
import { permissionFlags } from "./permission-flags.ts";

/** @param entry the built file of the process, `bin/respond-child.js` */
export const startChildFrom =
  (entry: URL): StartChild =>
  ({ folder, maxOldSpaceMb, stallMs, warmThreads, childProcess }) => {
    const flags = [`--max-old-space-size=${maxOldSpaceMb}`, ...permissionFlags({ entry, folder, childProcess })];
    const args = ["--stall-ms", stallMs, "--warm-threads", warmThreads, "--thread-heap-mb", maxOldSpaceMb].map(String);
    const child = spawn(process.execPath, [...flags, fileURLToPath(entry), ...args], {
      cwd: folder,
      // Leader of a group and of a session: it is killed with all that it starts, and no terminal reaches it.
      detached: true,
      env: {},
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    });
    if (child.pid !== undefined) giveWay(child.pid);
    return child;
  };

/** Half the weight of a process of usual priority: more would starve the answer to an attack on a machine that is busy with it. */
const nice = 3;

/**
 * Before it has threads, which inherit it: the node goes on accepting and keeping while playbooks take all the processor they can get,
 * and when memory runs out the kernel ends a playbook first. What the system refuses is not needed to run.
 */
const giveWay = (pid: number): void => {
  const attempts = [
    () => setPriority(pid, nice),
    // Where sessions are scheduled against each other, the priority of one against the others.
    () => writeFileSync(`/proc/${pid}/autogroup`, String(nice)),
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

/** Starts a process for the run of a playbook. */
export const startPlaybookChild: StartChild = startChildFrom(new URL("../respond-child.js", import.meta.url));
