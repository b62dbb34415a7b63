import type { AgentTarget } from "../../model/agent-target.ts";
import type { Step } from "../../model/step.ts";
import type { Findings } from "../findings.ts";
import type { WrittenParts } from "../build/parts.ts";

/** Ids of agents and targets that steps use. */
export const usedOf = (
  steps: ReadonlyMap<string, Step>,
): { readonly agents: Set<string>; readonly targets: Set<string> } => {
  const actions = [...steps.values()].filter((step) => step.type === "action");
  return {
    agents: new Set(actions.map(({ agent }) => agent)),
    targets: new Set(actions.flatMap(({ targets }) => targets)),
  };
};

/** Checks that agents and targets of steps are defined. */
export const checkActors = (written: WrittenParts, steps: ReadonlyMap<string, Step>, findings: Findings): void => {
  const isAgent = (id: string): boolean => Object.hasOwn(written.agent_definitions ?? {}, id);
  const isTarget = (id: string): boolean => Object.hasOwn(written.target_definitions ?? {}, id);
  for (const step of steps.values()) {
    if (step.type !== "action") continue;
    const path = ["workflow", step.id];
    if (!isAgent(step.agent)) {
      findings.add("dangling-id", [...path, "agent"], "is none of agent_definitions: add it there");
    }
    for (const [at, target] of step.targets.entries()) {
      if (!isTarget(target)) {
        findings.add("dangling-id", [...path, "targets", at], "is none of target_definitions: add it there");
      }
    }
  }
};

/** Checks that the authentication information of agents and targets is defined. */
export const checkAuthentications = (
  written: WrittenParts,
  actors: Readonly<Record<"agent_definitions" | "target_definitions", ReadonlyMap<string, AgentTarget>>>,
  findings: Findings,
): void => {
  for (const dictionary of ["agent_definitions", "target_definitions"] as const) {
    for (const { id, authentication } of actors[dictionary].values()) {
      if (authentication === undefined) continue;
      if (Object.hasOwn(written.authentication_info_definitions ?? {}, authentication)) continue;
      findings.add(
        "dangling-id",
        [dictionary, id, "authentication_info"],
        "is none of authentication_info_definitions: add it there",
      );
    }
  }
};
