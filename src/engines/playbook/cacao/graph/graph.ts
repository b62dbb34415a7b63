import type { CacaoPlaybook } from "../model/playbook.ts";
import type { Step } from "../model/step.ts";

export interface GraphNode {
  /** Of the step. */
  readonly id: string;
  readonly type: Step["type"];
  /** Name of the step, or its id. */
  readonly name: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `exception`: from the first step to the one of `workflow_exception`, which any step that fails leads to. */
  readonly kind: "success" | "failure" | "true" | "false" | "case" | "branch" | "exception";
  /** What stands at it, such as `on success`, `case high`, `branch 1`. */
  readonly label: string;
}

/** The workflow of a playbook: its steps in the order of the file, and how one leads to the other. */
export interface Graph {
  readonly title: string;
  /** Id of the first step. */
  readonly start: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The graph of a playbook. The way from the end of a branch back to the step that it is of is not an edge. */
export const graphOf = (playbook: CacaoPlaybook): Graph => {
  const steps = [...playbook.steps.values()];
  const edges = steps.flatMap((step) => [...edgesInto(step), ...edgesOn(step)]);
  const { start, exception } = playbook;
  if (exception !== undefined) edges.push({ from: start, to: exception, kind: "exception", label: "exception" });
  return {
    title: playbook.name,
    start,
    nodes: steps.map(({ id, type, name }) => ({ id, type, name: name ?? id })),
    edges,
  };
};

/** Into the branches of a step. */
const edgesInto = (step: Step): readonly GraphEdge[] => {
  const from = step.id;
  switch (step.type) {
    case "if-condition": {
      const edges: GraphEdge[] = [{ from, to: step.onTrue, kind: "true", label: "true" }];
      if (step.onFalse !== undefined) edges.push({ from, to: step.onFalse, kind: "false", label: "false" });
      return edges;
    }
    case "while-condition":
      return [{ from, to: step.onTrue, kind: "true", label: "while true" }];
    case "switch-condition":
      return [...step.cases].map(([value, to]) => ({
        from,
        to,
        kind: "case",
        label: value === "default" ? value : `case ${value}`,
      }));
    case "parallel":
      return step.branches.map((to, at) => ({ from, to, kind: "branch", label: `branch ${at + 1}` }));
    case "start":
    case "end":
    case "action":
    case "playbook-action":
      return [];
  }
};

/** To where a step goes on. */
const edgesOn = ({ id: from, onSuccess, onFailure }: Step): readonly GraphEdge[] => {
  const edges: GraphEdge[] = [];
  if (onFailure !== undefined) edges.push({ from, to: onFailure, kind: "failure", label: "on failure" });
  if (onSuccess !== undefined) edges.push({ from, to: onSuccess, kind: "success", label: "on success" });
  return edges;
};
