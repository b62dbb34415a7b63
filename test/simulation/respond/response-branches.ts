import type { RespondEvent } from "../../../src/actors/respond/index.ts";
import { unreachable } from "../../../src/base/unreachable.ts";
import type { Change } from "../../../src/store/index.ts";
import { parseStep } from "../../../src/actors/respond/records/step-record.ts";
import { putsUnder } from "./checks/puts.ts";
import { timedWaits } from "./checks/timed-waits.ts";
import type { ResponseRecord } from "./checks/response-record.ts";
import { claimOf, runClaimsOf } from "./checks/run-claims.ts";

/** The faults of processes of runs, and the branches of the run protocol. */
export const responseFaults = ["process killed", "process crashes", "process always killed", "action hangs"] as const;

export const responseBranches = [
  "event known",
  "event reported again",
  "event decided matched",
  "event decided unmatched",
  "event suppressed duplicate",
  "event suppressed rate",
  "run begins",
  "run goes on",
  "run asked",
  "run waits",
  "run lost",
  "run refused",
  "run returned",
  "run claim lost",
  "run cancelled",
  "run retried",
  "run ended done",
  "run ended failed crashed",
  "run ended failed deadline",
  "run ended failed threw",
  "run ended dead",
  "step executed again",
  "step repeated as told",
  "effect of a process that was given up",
  "run goes on at its time",
  "answer to a run under way",
  "answer taken by the next execution",
  "answered given",
  "answered done",
  "answered failed",
  "answered repeat",
] as const;

/** How what an actor tells is counted; `undefined`: it is seen elsewhere. */
export const branchOf = (event: RespondEvent): string | undefined => {
  switch (event.type) {
    case "decided":
      return `event decided ${event.state}`;
    case "undecided":
      return "event undecided";
    case "started":
      return event.execution === 1 ? "run begins" : "run goes on";
    case "ended":
      return `run ended ${event.state}${event.reason === undefined ? "" : ` ${event.reason}`}`;
    case "asked":
    case "waits":
    case "lost":
    case "refused":
    case "returned":
      return `run ${event.type}`;
    case "claim-lost":
      return "run claim lost";
    case "step-started":
    case "step-ended":
      return undefined;
    default:
      return unreachable(event);
  }
};

/** How a step ended that a person does. */
const isGiven = (change: Change): boolean => {
  if (change.type !== "put" || !change.key.startsWith("step/")) return false;
  const { by, end } = parseStep(change.value);
  return by === "person" && end !== undefined;
};

/** Counts the branches that can be told from what was recorded. */
export const countResponse = (record: ResponseRecord, count: (branch: string) => void): void => {
  const { history, facts, final } = record;
  for (const { suppressed } of final.events.values()) {
    for (const { reason } of suppressed) count(`event suppressed ${reason}`);
  }
  for (const { state } of final.runs.values()) if (state === "dead") count("run ended dead");
  for (const { value } of putsUnder(history, "step/")) {
    if (parseStep(value).repeat === true) count("step repeated as told");
  }
  for (const { value, owner, changes } of putsUnder(history, "run-answers/")) {
    if (Array.isArray(value) && value.length > 0) count("answer to a run under way");
    else if (owner !== "responder" && changes.some(isGiven)) count("answer taken by the next execution");
  }
  for (const { next } of timedWaits(history)) if (next?.state === "running") count("run goes on at its time");
  const claims = runClaimsOf(history);
  for (const fact of facts) {
    const claim = fact.type === "effect" ? claimOf(claims, fact) : undefined;
    if (claim !== undefined && fact.atMs > Math.min(claim.deadlineMs, claim.overMs)) {
      count("effect of a process that was given up");
    }
  }
};
