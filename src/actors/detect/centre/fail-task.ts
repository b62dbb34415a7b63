import type { Decision } from "../../../engines/malware/index.ts";
import { readOffers, readTask } from "../records/read.ts";
import { storedDecision, type VerdictEntry } from "../records/verdict-record.ts";
import { changeUntilApplied } from "../tasks/change-until-applied.ts";
import type { DecideSetup } from "./decide-task.ts";
import { endTaskChanges } from "./end-task-changes.ts";

/**
 * Ends an open task whose decision was given up: as unknown, never as harmless, with the reason. Whoever asks for its object next starts anew.
 * Its answers are not read, since one of them may be the reason; they stay for whoever looks into it until they expire. Nothing to do for a task
 * that is not open.
 * @throws DetectError `busy`; StoreError; ZodError: its record, or one of its object, cannot be read
 */
export const failTask = async (setup: DecideSetup, taskId: string, reason: string): Promise<void> => {
  const { space, clock, settings, policy, notify } = setup;
  const ended = await changeUntilApplied(space, `task ${taskId}`, async () => {
    const read = await readTask(space, taskId);
    if (read?.value.state !== "open") return { changes: [], value: undefined };
    const task = read.value;
    const offers = await readOffers(space);
    const decidedAtMs = clock.wallMs();
    const decision = undecided(reason);
    const entry: VerdictEntry = {
      ...{ taskId, decidedAtMs, decision: storedDecision(decision), rule: policy.ruleHash },
      ...{ requirement: task.requirement, versions: {}, epoch: offers.epoch, passing: false, failed: true },
    };
    const made = { taskId, task, decidedAtMs, decision, entry, rule: settings.rule, answers: [] };
    const holds = (other: VerdictEntry): boolean => !policy.isStale(task.taskType, other, offers);
    return { changes: await endTaskChanges(space, read, made, settings.retainMs, holds), value: made };
  });
  if (ended === undefined) return;
  const { sha256, taskType, createdAtMs } = ended.task;
  const { trust, degraded } = ended.decision;
  const tookMs = Math.max(0, ended.decidedAtMs - createdAtMs);
  notify({ type: "decided", taskId, sha256, taskType, trust, degraded, tookMs });
};

const undecided = (reason: string): Decision => ({
  ...{ trust: "unknown", reputation: undefined, degraded: true },
  missing: [{ kind: "decision", required: 1, answered: 0, reasons: [`no decision could be made: ${reason}`] }],
});
