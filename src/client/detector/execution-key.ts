import type { AssignedTask } from "../../wire/index.ts";

/** Names an execution of a task. A relay that begins again, or has lost its claim, may give a detector one that it has already. */
export const executionKey = ({ taskId, kind, nth }: Pick<AssignedTask, "taskId" | "kind" | "nth">): string =>
  `${taskId}/${kind}/${nth}`;
