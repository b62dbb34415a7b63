import type { Claim, Space } from "../../../store/index.ts";
import { readTask } from "../records/read.ts";
import { parseTaskRef } from "../work.ts";

/** The time of a task is over: whatever has not ended of it ends now, and that leads to its decision. */
export const passDeadline = async (space: Space, claim: Claim): Promise<void> => {
  const { taskId } = parseTaskRef(claim.body);
  const task = await readTask(space, taskId);
  if (task?.value.state === "open") await space.groups.cancel(taskId);
  await space.commit(undefined, [{ type: "finish", claim, outcome: "done" }]);
};
