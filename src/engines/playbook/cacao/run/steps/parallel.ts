import type { ParallelStep } from "../../model/step.ts";
import type { ExecuteChain, Frame } from "../frame.ts";
import { done, type Outcome } from "../outcome.ts";

/** Executes all branches beside each other. The first one that fails ends the others; then it fails, when all have ended. */
export const executeParallel = async (step: ParallelStep, frame: Frame, chain: ExecuteChain): Promise<Outcome> => {
  const cancel = frame.cancel.open();
  const failures: Outcome[] = [];
  await Promise.all(
    step.branches.map(async (branch) => {
      const outcome = await chain(branch, { ...frame, cancel });
      if (outcome.type !== "failed") return;
      failures.push(outcome);
      cancel.cancel();
    }),
  );
  frame.cancel.close(cancel);
  return failures[0] ?? done;
};
