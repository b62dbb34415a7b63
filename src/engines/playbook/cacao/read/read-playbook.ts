import type { CacaoPlaybook, CacaoReading } from "../model/playbook.ts";
import { agentTargetsOf } from "./build/agents.ts";
import { authenticationsOf } from "./build/authentications.ts";
import { checkExtensions } from "./build/extensions.ts";
import { markingsOf } from "./build/markings.ts";
import { checkSignatures } from "./build/signatures.ts";
import { partsOf } from "./build/parts.ts";
import { stepsOf } from "./build/steps.ts";
import { variablesOf } from "./build/variables.ts";
import { checkActors, checkAuthentications, usedOf } from "./check/check-links.ts";
import { checkVariables } from "./check/check-variables.ts";
import { checkWorkflow } from "./check/check-workflow.ts";
import { Findings } from "./findings.ts";
import { withinBounds } from "./json-bounds.ts";
import { record } from "./shape/common.ts";
import { playbookShape, type WrittenPlaybook } from "./shape/metadata.ts";
import { parseShape } from "./shape/parse-shape.ts";
import { Texts } from "./texts.ts";
import { compareTimestamps, timestampMs } from "../timestamp.ts";

/**
 * Checks a CACAO v2.0 playbook as a whole and makes what is executed of it. Never throws, whatever the source is.
 *
 * @param source what JSON.parse made of the file, at most `cacaoBounds.bytes` of text
 * @returns `supported` with the playbook, or every problem up to `cacaoBounds.problems`, each with its step, key and reason
 */
export const readPlaybook = (source: unknown): CacaoReading => {
  const findings = new Findings();
  const playbook = withinBounds(source, findings) ? playbookOf(source, findings) : undefined;
  const { verdict, problems, warnings } = findings;
  if (verdict !== undefined) return { status: verdict, problems, warnings };
  if (playbook === undefined) throw new Error("a playbook was left out without a reason");
  return { status: "supported", playbook, warnings };
};

const playbookOf = (source: unknown, findings: Findings): CacaoPlaybook | undefined => {
  const object = parseShape(record, source, [], findings);
  if (object === undefined) return undefined;
  const written = parseShape(playbookShape, object, [], findings);
  checkExtensions(object, findings);
  const parts = partsOf(object);
  checkSignatures(parts.signatures, findings);
  const texts = new Texts(findings);
  const reading = { findings, texts };
  const variables = variablesOf(parts.playbook_variables, ["playbook_variables"], findings);
  const markings = markingsOf(parts.data_marking_definitions, parts.markings, findings);
  const steps = stepsOf(parts.workflow, reading);
  const used = usedOf(steps);
  const agents = agentTargetsOf(parts.agent_definitions, "agent_definitions", used.agents, reading);
  const targets = agentTargetsOf(parts.target_definitions, "target_definitions", used.targets, reading);
  const authentications = authenticationsOf(parts.authentication_info_definitions, reading);
  checkActors(parts, steps, findings);
  checkAuthentications(parts, { agent_definitions: agents, target_definitions: targets }, findings);
  const order = checkWorkflow(parts, steps, findings);
  // What a step that cannot be read declares, nobody knows.
  const isComplete = steps.size === Object.keys(parts.workflow).length;
  if (order !== undefined && isComplete) checkVariables({ variables, order, agents, targets }, texts, findings);
  if (written === undefined) return undefined;
  checkDates(written, findings);
  return {
    id: written.id,
    name: written.name,
    description: written.description,
    createdBy: written.created_by,
    modified: written.modified,
    revoked: written.revoked ?? false,
    validFromMs: msOf(written.valid_from),
    validUntilMs: msOf(written.valid_until),
    markings,
    variables,
    start: written.workflow_start,
    exception: written.workflow_exception,
    steps,
    agents,
    targets,
    authentications,
  };
};

/** In whole milliseconds. Nothing runs before 1970: earlier dates are as good as its beginning, and no less than 0 can be sent. */
const msOf = (timestamp: string | undefined): number | undefined => {
  const ms = timestamp === undefined ? undefined : timestampMs(timestamp);
  return ms === undefined ? undefined : Math.max(0, Math.floor(ms));
};

/** What the dates of a playbook say of each other, and whether it is still to be used (3.1). */
const checkDates = (written: WrittenPlaybook, findings: Findings): void => {
  const { created, modified, revoked, valid_from: from, valid_until: until } = written;
  if (compareTimestamps(modified, created) < 0) {
    findings.add("modified-early", ["modified"], "is before created: the order of versions goes by modified");
  }
  if (revoked === true) {
    findings.add("revoked", ["revoked"], "is true: whoever made the playbook says that it must not be used any more");
  } else if (from !== undefined && until !== undefined && compareTimestamps(until, from) <= 0) {
    findings.add("validity", ["valid_until"], "is not after valid_from: the playbook would never be valid");
  }
};
