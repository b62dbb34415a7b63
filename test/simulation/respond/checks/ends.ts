import { runHasEnded } from "../../../../src/actors/respond/index.ts";
import { parseRunRecord } from "../../../../src/actors/respond/records/run-record.ts";
import type { Violation } from "../../../support/invariants/index.ts";
import { putsUnder } from "./puts.ts";
import type { ResponseRecord } from "./response-record.ts";

/** I20: nothing is written of a run once it has ended, and only one whose processes are always killed is given up. */
export const checkEnds = ({ history, plan, final }: ResponseRecord): Violation[] => {
  const violations: Violation[] = [];
  const ended = new Map<string, string>();
  for (const { name, value, at } of putsUnder(history, "run/")) {
    const { state } = parseRunRecord(value);
    const before = ended.get(name);
    if (before !== undefined) {
      const message = `run ${name} had ended as ${before} and was then written as ${state}`;
      violations.push({ invariant: "I20", message, at, about: name });
    } else if (runHasEnded(state)) ended.set(name, state);
  }
  for (const [id, { state, playbook, failure }] of final.runs) {
    const doomed = plan.playbooks.get(playbook.id)?.doomed === true;
    const breach = (message: string): void =>
      void violations.push({ invariant: "I20", message: `run ${id} ${message}`, at: history.length, about: id });
    if (state === "dead" && !doomed) breach("is given up, and its processes were not always killed");
    if (state === "done" && doomed) breach("is done, and it cannot end by itself");
    if (failure?.reason === "not-deterministic") breach(`did something else the next time: ${failure.message}`);
    if (failure?.reason === "protocol" || failure?.reason === "invalid") breach(`failed: ${failure.message}`);
  }
  return violations;
};
