import { z } from "zod";
import { extensions, externalReferences, identifier, record, text, timestamp, wholeNumber } from "./common.ts";
import { objectOf, type Properties, shown, supported } from "./property.ts";

/** What every step has (4.1). Which of the keys that lead to the next step it may have depends on its type. */
export const stepProperties = {
  name: supported(text.optional(), "shown with the run"),
  description: supported(text.optional(), "shown to who answers a manual command"),
  external_references: shown(externalReferences.min(1).optional(), ""),
  delay: supported(wholeNumber.optional(), "milliseconds before the step begins; 0: none, with a warning"),
  timeout: supported(
    wholeNumber.optional(),
    "milliseconds from its beginning, after the delay; ends all that is inside; 0: none, with a warning",
  ),
  step_variables: supported(record.optional(), "visible in the step and in the steps of its branches"),
  owner: shown(identifier.optional(), ""),
  on_completion: supported(identifier.optional(), "where it goes on when it has succeeded"),
  on_success: supported(identifier.optional(), "the same, beside `on_failure`"),
  on_failure: supported(identifier.optional(), "where it goes on when it has failed or was too slow"),
  step_extensions: shown(extensions.optional(), "a warning names each extension: none is executed"),
} satisfies Properties;

const names = z.array(text).min(1).optional();
const condition = supported(text, "a STIX comparison expression over variables, of at most 4096 characters");

/** Keys of each type of step (4.3 to 4.10) beside those that every step has. */
export const stepTypeProperties = {
  start: { type: supported(z.literal("start"), "") },
  end: { type: supported(z.literal("end"), "ends its branch, or the run") },
  action: {
    type: supported(z.literal("action"), ""),
    commands: supported(z.array(z.unknown()).min(1), "one after the other; the first that fails ends them"),
    agent: supported(text, "of `agent_definitions`"),
    targets: supported(z.array(text).min(1).optional(), "of `target_definitions`; beside each other"),
    in_args: supported(
      names,
      "the variables that a command of bash or a person gets; all visible ones can be referenced",
    ),
    out_args: supported(names, "the variables that the outputs of the commands are assigned to"),
  },
  "playbook-action": {
    type: supported(z.literal("playbook-action"), ""),
    playbook_id: supported(identifier, "of a playbook in one of the folders of playbooks"),
    playbook_version: supported(timestamp.optional(), "its `modified`; absent: the latest one"),
    in_args: supported(names, "values for the external variables of the same names"),
    out_args: supported(names, "get the final values of the variables of the same names"),
  },
  parallel: {
    type: supported(z.literal("parallel"), ""),
    next_steps: supported(z.array(identifier).min(2), "all are awaited; one that fails aborts the others"),
  },
  "if-condition": {
    type: supported(z.literal("if-condition"), ""),
    condition,
    on_true: supported(identifier, ""),
    on_false: supported(identifier.optional(), ""),
  },
  "while-condition": {
    type: supported(z.literal("while-condition"), ""),
    condition,
    on_true: supported(identifier, "the branch that is repeated"),
  },
  "switch-condition": {
    type: supported(z.literal("switch-condition"), ""),
    switch: supported(text, "a variable, with or without `:value`"),
    cases: supported(z.record(z.string(), identifier), "branches by value; `default` is for all other values"),
  },
} satisfies Readonly<Record<string, Properties>>;

export type StepType = keyof typeof stepTypeProperties;
export const isStepType = (type: string): type is StepType => Object.hasOwn(stepTypeProperties, type);

export const stepShapes = {
  start: objectOf({ ...stepProperties, ...stepTypeProperties.start }),
  end: objectOf({ ...stepProperties, ...stepTypeProperties.end }),
  action: objectOf({ ...stepProperties, ...stepTypeProperties.action }),
  "playbook-action": objectOf({ ...stepProperties, ...stepTypeProperties["playbook-action"] }),
  parallel: objectOf({ ...stepProperties, ...stepTypeProperties.parallel }),
  "if-condition": objectOf({ ...stepProperties, ...stepTypeProperties["if-condition"] }),
  "while-condition": objectOf({ ...stepProperties, ...stepTypeProperties["while-condition"] }),
  "switch-condition": objectOf({ ...stepProperties, ...stepTypeProperties["switch-condition"] }),
} satisfies Readonly<Record<StepType, z.ZodType>>;

/** What every step has, as it is written. */
export type WrittenStep = z.output<
  z.ZodObject<{ [Key in keyof typeof stepProperties]: (typeof stepProperties)[Key]["shape"] }>
>;
export type WrittenAction = z.output<typeof stepShapes.action>;
