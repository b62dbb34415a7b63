import type { Claim, Space } from "../../../store/index.ts";
import { readTask } from "../records/read.ts";
import { parseTaskRef } from "../work.ts";

/** The time of a task is over: whatever has not ended of it ends now, and that leads to its decision. */
export const passDeadline = async (space: Space, claim: Claim): Promise<void> => {
  await cancelOpen(space, parseTaskRef(claim.body).taskId);
  await space.commit(undefined, [{ type: "finish", claim, outcome: "done" }]);
};

/** Ends whatever has not ended of an open task. */
export const cancelOpen = async (space: Space, taskId: string): Promise<void> => {
  const task = await readTask(space, taskId);
  if (task?.value.state === "open") await space.groups.cancel(taskId);
};
