import { z } from "zod";
import { identifier, record } from "../shape/common.ts";

/** What in a playbook has to do with each other, as far as it can be read whatever else is wrong. */
export interface WrittenParts {
  readonly playbook_variables: Entries | undefined;
  readonly workflow: Entries;
  readonly workflow_start: string | undefined;
  readonly workflow_exception: string | undefined;
  readonly agent_definitions: Entries | undefined;
  readonly target_definitions: Entries | undefined;
  readonly authentication_info_definitions: Entries | undefined;
  readonly data_marking_definitions: Entries | undefined;
  readonly markings: readonly string[] | undefined;
  readonly signatures: readonly unknown[] | undefined;
}

type Entries = Readonly<Record<string, unknown>>;

/** The parts of a playbook. One that has the wrong form is told elsewhere, and is here as if it were not there. */
export const partsOf = (playbook: Entries): WrittenParts => {
  const read = <Shape extends z.ZodType>(key: string, shape: Shape): z.output<Shape> | undefined =>
    shape.safeParse(playbook[key]).data;
  return {
    playbook_variables: read("playbook_variables", record),
    workflow: read("workflow", record) ?? {},
    workflow_start: read("workflow_start", identifier),
    workflow_exception: read("workflow_exception", identifier),
    agent_definitions: read("agent_definitions", record),
    target_definitions: read("target_definitions", record),
    authentication_info_definitions: read("authentication_info_definitions", record),
    data_marking_definitions: read("data_marking_definitions", record),
    markings: read("markings", z.array(z.string())),
    signatures: read("signatures", z.array(z.unknown())),
  };
};
