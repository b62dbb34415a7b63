import { bounds, retryLimits, type Change, type Claim } from "../../../store/index.ts";
import type { TemplateBatch } from "../engine.ts";
import { subtaskQueue, type ScanSubtask } from "../work.ts";

/** After so many failures a subtask is suspected as it is after the losses that make it run alone. */
const suspectAfterFailures = 3;
/** The parts, and the end of the whole, are one commit. */
const mostParts = bounds.changes - 1;
/** Characters of JSON of all parts. */
const mostChars = bounds.callBytes / 2;
/** The templates of one part, and what the store keeps beside its body. */
const partChars = 1_000;

/** Its work seems to crash whatever runs it: the templates of such a subtask go on separately, so that only the guilty one is given up. */
export const isSuspect = ({ failures, losses }: Claim): boolean =>
  failures >= suspectAfterFailures || losses >= retryLimits.aloneAfterLosses;

/**
 * Ends a subtask and puts its parts in its place, in one commit under its claim: the group stays open, for its new members are planned
 * before the old one ends. The same parts get the same ids.
 */
export const splitChanges = (
  claim: Claim,
  subtask: ScanSubtask,
  singles: readonly TemplateBatch[],
): readonly Change[] => {
  const bodyChars = JSON.stringify({ ...subtask, templates: [] }).length + partChars;
  const alone = Math.min(mostParts - 1, Math.floor(mostChars / bodyChars));
  const parts = singles.slice(0, alone).map((single) => [single]);
  // Many together can be split again.
  if (singles.length > alone) parts.push(singles.slice(alone));
  const adds = parts.map((part, index): Change => {
    const body: ScanSubtask = {
      ...subtask,
      templates: part.flatMap(({ templates }) => templates),
      requests: part.reduce((sum, { requests }) => sum + requests, 0),
    };
    const id = `${claim.id}.${String(index).padStart(3, "0")}`;
    return { type: "add", queue: subtaskQueue, item: { id, body, group: subtask.taskId, priority: subtask.priority } };
  });
  return [...adds, { type: "finish", claim, outcome: "done", result: { parts: adds.length } }];
};
