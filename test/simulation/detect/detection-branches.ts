import type { DetectEvent } from "../../../src/actors/detect/index.ts";
import { parseAnswer } from "../../../src/actors/detect/records/answer-record.ts";
import { skippedResult } from "../../../src/actors/detect/work.ts";
import { unreachable } from "../../../src/base/unreachable.ts";
import { detectPuts, type DetectionRecord } from "./checks/detection-record.ts";
import { centreFaults } from "./simulated-centre.ts";
import { callFaults } from "./simulated-call.ts";
import { detectorFaults } from "./simulated-detector.ts";
import { receiverFaults } from "./verdict-receiver.ts";

export const detectionFaults = [
  ...callFaults,
  ...centreFaults,
  ...detectorFaults,
  ...receiverFaults,
  "signatures change",
] as const;

/** The branches of the relay protocol, and of the decisions that follow from it. */
export const detectionBranches = [
  "detection task started",
  "detection task joined",
  "detection submission repeated",
  "detection decided",
  "detection decided degraded",
  "detection refreshed",
  "detection kinds changed",
  "detection kind missing",
  "verdict told",
  "verdict told twice",
  "execution answered",
  "execution failed",
  "execution timed out",
  "execution skipped",
  "execution given back",
  "execution claimed by another relay",
  "relay of the host replaced",
  "object kept",
] as const;

/** How what an actor tells is counted; `undefined`: it is seen elsewhere. */
export const detectionBranchOf = (event: DetectEvent): string | undefined => {
  switch (event.type) {
    case "decided":
      return event.degraded ? "detection decided degraded" : "detection decided";
    case "kinds-changed":
      return "detection kinds changed";
    case "kind-missing":
      return "detection kind missing";
    case "refreshed":
      return "detection refreshed";
    case "foreign-claim":
      return "detection foreign claim";
    case "callback-sent":
    case "callback-failed":
      return undefined;
    default:
      return unreachable(event);
  }
};

/** Counts the branches that can be told from what was recorded. */
export const countDetection = (record: DetectionRecord, count: (branch: string) => void): void => {
  const { history, facts } = record;
  for (const { value } of detectPuts(record, "answer/")) {
    const { result } = parseAnswer(value).answer;
    if (result.outcome !== "error") count("execution answered");
    else count(result.failure === "timeout" ? "execution timed out" : "execution failed");
  }
  const holders = new Map<string, string>();
  for (const event of history) {
    if (event.type === "claimed") {
      for (const { queue, id } of event.claims) {
        if (!queue.startsWith("kind-")) continue;
        const before = holders.get(`${queue} ${id}`);
        if (before !== undefined && before !== event.by) count("execution claimed by another relay");
        holders.set(`${queue} ${id}`, event.by);
      }
    } else if (event.type === "committed") {
      for (const change of event.changes) {
        if (change.type === "finish" && change.result === skippedResult) count("execution skipped");
        if (change.type === "release" && change.claim.queue.startsWith("kind-")) count("execution given back");
      }
    }
  }
  const told = new Set<string>();
  const relays = new Map<string, string>();
  for (const fact of facts) {
    if (fact.type === "told") {
      count(told.has(fact.id) ? "verdict told twice" : "verdict told");
      told.add(fact.id);
    } else if (fact.type === "cleared") {
      const before = relays.get(fact.host);
      if (before !== undefined && before !== fact.relay) count("relay of the host replaced");
      relays.set(fact.host, fact.relay);
    } else if (fact.type === "kept") count("object kept");
  }
};
