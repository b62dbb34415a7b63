import type { Step } from "../../model/step.ts";
import type { Path } from "../findings.ts";

/** A way from a step to another one. */
export interface Edge {
  readonly to: string;
  /** Key that says so. */
  readonly path: Path;
  /** It begins a branch, in which the variables of the step are visible. */
  readonly isBranch: boolean;
}

/** All ways that lead on from a step, in the order of the standard's keys. */
export const edgesOf = (step: Step): readonly Edge[] => [...branchesOf(step), ...nextOf(step)];

const nextOf = ({ id, onSuccess, onFailure }: Step): readonly Edge[] => [
  ...edge(onSuccess, ["workflow", id, "on_completion"], false),
  ...edge(onFailure, ["workflow", id, "on_failure"], false),
];

const branchesOf = (step: Step): readonly Edge[] => {
  const path = ["workflow", step.id];
  switch (step.type) {
    case "parallel":
      return step.branches.flatMap((to, at) => edge(to, [...path, "next_steps", at], true));
    case "if-condition":
      return [...edge(step.onTrue, [...path, "on_true"], true), ...edge(step.onFalse, [...path, "on_false"], true)];
    case "while-condition":
      return edge(step.onTrue, [...path, "on_true"], true);
    case "switch-condition":
      return [...step.cases].flatMap(([value, to]) => edge(to, [...path, "cases", value], true));
    case "start":
    case "end":
    case "action":
    case "playbook-action":
      return [];
  }
};

const edge = (to: string | undefined, path: Path, isBranch: boolean): readonly Edge[] =>
  to === undefined ? [] : [{ to, path, isBranch }];
