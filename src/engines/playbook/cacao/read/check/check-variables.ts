import type { AgentTarget } from "../../model/agent-target.ts";
import type { Step } from "../../model/step.ts";
import { resultVariables, runVariables, type VariableDeclarations } from "../../model/variable.ts";
import type { Findings } from "../findings.ts";
import type { Texts, VariableUse } from "../texts.ts";
import { type Visibility, VisibleVariables } from "./visible-variables.ts";

/** What the check of variables needs of a playbook. */
export interface CheckedParts {
  readonly variables: VariableDeclarations;
  /** In an order in which each stands before those that it leads to. */
  readonly order: readonly Step[];
  readonly agents: ReadonlyMap<string, AgentTarget>;
  readonly targets: ReadonlyMap<string, AgentTarget>;
}

const results: ReadonlySet<string> = new Set(resultVariables);
const ofRun: ReadonlySet<string> = new Set(Object.values(runVariables));

/** Checks that every variable that a step names, or its agent, targets or authentication, is declared where the step can see it. */
export const checkVariables = (parts: CheckedParts, texts: Texts, findings: Findings): void => {
  const { variables, order } = parts;
  const visible = new VisibleVariables(order, (name) => {
    const declaration = variables.get(name);
    if (declaration !== undefined) return declaration.constant ? "constant" : "variable";
    if (ofRun.has(name)) return "constant";
    return results.has(name) ? "variable" : "undeclared";
  });
  const lookups = new Map<string, (step: Step) => Visibility>();
  const lookUp = (name: string, step: Step): Visibility => {
    const lookup = lookups.get(name) ?? visible.of(name);
    lookups.set(name, lookup);
    return lookup(step);
  };
  for (const step of order) {
    // A file may name very many: once enough of them are told, the others need no look.
    if (findings.isFull) return;
    for (const use of usesOf(step, parts, texts)) judge(use, step, lookUp(use.variable, step), findings);
  }
};

const judge = ({ variable, path }: VariableUse, step: Step, visibility: Visibility, findings: Findings): void => {
  if (visibility === "undeclared") {
    const bare = /^(__.*__):value$/.exec(variable)?.[1];
    const fix = bare === undefined ? "declare it in playbook_variables or step_variables" : `write ${bare}`;
    findings.add("variable-undeclared", path, `names ${variable}, which is not visible here: ${fix}`, step.id);
  } else if (visibility === "constant" && path[2] === "out_args") {
    findings.add("constant-assigned", path, `assigns to ${variable}, which is a constant: the step will fail`, step.id);
  }
};

/** Each of them once, as far as agents and targets are concerned. */
const usesOf = (step: Step, { agents, targets }: CheckedParts, texts: Texts): readonly VariableUse[] => {
  const own = texts.usesOf("workflow", step.id);
  if (step.type !== "action") return own;
  const ofActor = (dictionary: string, actor: AgentTarget | undefined): readonly VariableUse[] => {
    if (actor === undefined) return [];
    const { id, authentication } = actor;
    const ofAuthentication =
      authentication === undefined ? [] : texts.usesOf("authentication_info_definitions", authentication);
    return [...texts.usesOf(dictionary, id), ...ofAuthentication];
  };
  return [
    ...own,
    ...ofActor("agent_definitions", agents.get(step.agent)),
    ...[...new Set(step.targets)].flatMap((id) => ofActor("target_definitions", targets.get(id))),
  ];
};
