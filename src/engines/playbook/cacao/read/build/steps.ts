import type { Command } from "../../model/command.ts";
import { cacaoBounds } from "../../model/playbook.ts";
import type { ActionStep, Step } from "../../model/step.ts";
import type { Findings, Path } from "../findings.ts";
import { idTypeOf, record, text } from "../shape/common.ts";
import { parseShape } from "../shape/parse-shape.ts";
import { isStepType, stepShapes, type StepType, type WrittenAction, type WrittenStep } from "../shape/steps.ts";
import { commandOf } from "./commands.ts";
import type { Reading } from "./context.ts";
import { variablesOf } from "./variables.ts";

/** Reads the steps of `workflow` (section 4), each by itself. */
export const stepsOf = (workflow: Readonly<Record<string, unknown>>, reading: Reading): ReadonlyMap<string, Step> => {
  const steps = new Map<string, Step>();
  for (const [id, raw] of Object.entries(workflow)) {
    const step = stepOf(id, raw, ["workflow", id], reading);
    if (step !== undefined) steps.set(id, step);
  }
  return steps;
};

const stepOf = (id: string, raw: unknown, path: Path, reading: Reading): Step | undefined => {
  const { findings, texts } = reading;
  const type = typeOf(id, raw, path, findings);
  switch (type) {
    case undefined:
      return undefined;
    case "start":
    case "end": {
      const written = parseShape(stepShapes[type], raw, path, findings);
      return written && { type, ...commonOf(id, type, written, path, findings) };
    }
    case "action":
      return actionOf(id, raw, path, reading);
    case "playbook-action": {
      const written = parseShape(stepShapes[type], raw, path, findings);
      return (
        written && {
          type,
          ...commonOf(id, type, written, path, findings),
          playbook: written.playbook_id,
          version: written.playbook_version,
          ...argumentsOf(written, path, reading),
        }
      );
    }
    case "parallel": {
      const written = parseShape(stepShapes[type], raw, path, findings);
      return written && { type, ...commonOf(id, type, written, path, findings), branches: written.next_steps };
    }
    case "if-condition": {
      const written = parseShape(stepShapes[type], raw, path, findings);
      const condition = written && texts.condition(written.condition, [...path, "condition"]);
      if (written === undefined || condition === undefined) return undefined;
      const common = commonOf(id, type, written, path, findings);
      return { type, ...common, condition, onTrue: written.on_true, onFalse: written.on_false };
    }
    case "while-condition": {
      const written = parseShape(stepShapes[type], raw, path, findings);
      const condition = written && texts.condition(written.condition, [...path, "condition"]);
      if (written === undefined || condition === undefined) return undefined;
      return { type, ...commonOf(id, type, written, path, findings), condition, onTrue: written.on_true };
    }
    case "switch-condition": {
      const written = parseShape(stepShapes[type], raw, path, findings);
      const reference = written && texts.reference(written.switch, [...path, "switch"]);
      if (written === undefined || reference === undefined) return undefined;
      const cases = new Map(Object.entries(written.cases));
      if (cases.size === 0)
        findings.add("cases-empty", [...path, "cases"], "is empty: write a value and its first step");
      return { type, ...commonOf(id, type, written, path, findings), switch: reference, cases };
    }
  }
};

/** The type that id and object agree in. */
const typeOf = (id: string, raw: unknown, path: Path, findings: Findings): StepType | undefined => {
  const object = parseShape(record, raw, path, findings);
  const type = object && parseShape(text, object["type"], [...path, "type"], findings);
  if (type === undefined) return undefined;
  const expected = idTypeOf(id);
  if (expected === undefined) {
    findings.add("step-id", path, "has an id that is no identifier: write the type, -- and a UUID, such as action--…");
  } else if (!isStepType(type)) {
    const types = Object.keys(stepShapes).join(", ");
    findings.add("step-type", [...path, "type"], `"${type}" is no type of a step: there is ${types}`);
  } else if (expected !== type) {
    findings.add("step-id", [...path, "type"], `is "${type}", and the id of the step begins with "${expected}"`);
  } else {
    return type;
  }
  return undefined;
};

const commonOf = (id: string, type: StepType, written: WrittenStep, path: Path, findings: Findings) => {
  checkNext(type, written, path, findings);
  return {
    id,
    name: written.name,
    description: written.description,
    owner: written.owner,
    delayMs: waitOf(written.delay, [...path, "delay"], findings) ?? 0,
    timeoutMs: waitOf(written.timeout, [...path, "timeout"], findings),
    variables: variablesOf(written.step_variables, [...path, "step_variables"], findings),
    onSuccess: written.on_completion ?? written.on_success,
    onFailure: written.on_failure,
  };
};

/** Which of the keys that lead on a step has (4.1). */
const checkNext = (type: StepType, written: WrittenStep, path: Path, findings: Findings): void => {
  const given = (["on_completion", "on_success", "on_failure"] as const).filter((key) => written[key] !== undefined);
  if (type === "end" || type === "start") {
    for (const key of given) {
      if (type === "start" && key === "on_completion") continue;
      const instead = type === "end" ? "an end leads nowhere" : "a start has on_completion alone";
      findings.add("next-excluded", [...path, key], `must not stand here: ${instead}`);
    }
    if (type === "end" || given.includes("on_completion")) return;
  } else if (given.includes("on_completion") && given.length > 1) {
    const others = given.filter((key) => key !== "on_completion").join(" and ");
    findings.add("next-excluded", [...path, "on_completion"], `stands beside ${others}: write on_success instead`);
  } else if (given.some((key) => key !== "on_failure")) {
    return;
  }
  if (given.length > 1) return;
  findings.add("next-missing", path, "leads to no end when it has succeeded: add on_completion with the id of a step");
};

/** Milliseconds; undefined: none. */
const waitOf = (written: number | undefined, path: Path, findings: Findings): number | undefined => {
  if (written === undefined) return undefined;
  if (written < 0) findings.add("negative-wait", path, "is negative: write milliseconds, at least 1");
  else if (written === 0) findings.add("zero-wait", path, "is 0, which is as if it were not there: leave it out");
  else if (written > cacaoBounds.waitMs) {
    findings.add("bound", path, `is longer than a year (${cacaoBounds.waitMs} ms): shorten it`);
  }
  return written > 0 ? written : undefined;
};

const actionOf = (id: string, raw: unknown, path: Path, reading: Reading): ActionStep | undefined => {
  const { findings } = reading;
  const written = parseShape(stepShapes.action, raw, path, findings);
  if (written === undefined) return undefined;
  const commands = written.commands
    .map((command, at) => commandOf(command, [...path, "commands", at], reading))
    .filter((command): command is Command => command !== undefined);
  return {
    type: "action",
    ...commonOf(id, "action", written, path, findings),
    commands,
    agent: written.agent,
    targets: written.targets ?? [],
    ...argumentsOf(written, path, reading),
  };
};

/** Their names are uses of variables like others. */
const argumentsOf = (
  { in_args = [], out_args = [] }: Pick<WrittenAction, "in_args" | "out_args">,
  path: Path,
  { texts }: Reading,
): Pick<ActionStep, "inArgs" | "outArgs"> => {
  for (const [at, name] of in_args.entries()) texts.use(name, [...path, "in_args", at]);
  for (const [at, name] of out_args.entries()) texts.use(name, [...path, "out_args", at]);
  return { inArgs: in_args, outArgs: out_args };
};
