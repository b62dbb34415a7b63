import type { EventRecord } from "../../../client/index.ts";

type Reason = EventRecord["suppressed"][number]["reason"];

/** Why a playbook is not run for an event that a binding is for. */
export const suppressionText: Readonly<Record<Reason, string>> = {
  duplicate: "an event that agrees with it came before, in the window of the binding",
  rate: "as many events as may have started playbooks through the binding",
  depth: "as many events as may have led to each other: respond.causeDepth",
  cycle: "it ran for the same subject before, and that led to this event",
};
