import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";

/** Half the weight of a process of usual priority: more would starve the answer to an attack on a machine that is busy with it. */
const nice = 3;

/**
 * For a process that works for playbooks, before it has threads, which inherit it: the node goes on accepting and keeping while playbooks
 * take all the processor they can get, and when memory runs out the kernel ends a playbook first. What the system refuses is not needed
 * to run.
 */
export const giveWay = (pid: number): void => {
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
