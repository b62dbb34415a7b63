import { z } from "zod";
import {
  extensions,
  externalReferences,
  filledRecord,
  flag,
  identifier,
  record,
  text,
  timestamp,
  wholeNumber,
} from "./common.ts";
import { objectOf, type Properties, shown, supported } from "./property.ts";

/** Playbook processing summary (10.14). */
export const processingSummaryProperties = {
  manual_playbook: shown(flag.optional(), ""),
  external_playbooks: shown(flag.optional(), ""),
  parallel_processing: shown(flag.optional(), ""),
  if_logic: shown(flag.optional(), ""),
  while_logic: shown(flag.optional(), ""),
  switch_logic: shown(flag.optional(), ""),
  temporal_logic: shown(flag.optional(), ""),
  data_markings: shown(flag.optional(), ""),
  digital_signatures: shown(flag.optional(), ""),
  countersigned_signatures: shown(flag.optional(), ""),
  extensions: shown(flag.optional(), ""),
} satisfies Properties;

/** 0 … 100, 0: nobody says. */
const grade = wholeNumber.min(0).max(100).optional();
const filledTexts = z.array(text).min(1).optional();
const identifiers = z.array(identifier).min(1).optional();

/** The playbook itself (3.1). What lies in its dictionaries has forms of its own. */
export const playbookProperties = {
  type: supported(z.literal("playbook"), "`playbook`"),
  spec_version: supported(z.literal("cacao-2.0"), "`cacao-2.0`, no other version"),
  id: supported(identifier, "by which `playbook-action` finds it"),
  name: supported(text, "shown with every run"),
  description: shown(text.optional(), ""),
  playbook_types: shown(z.array(text).optional(), ""),
  playbook_activities: shown(filledTexts, ""),
  playbook_processing_summary: shown(objectOf(processingSummaryProperties).optional(), "the workflow itself decides"),
  created_by: shown(identifier, ""),
  created: shown(timestamp, ""),
  modified: supported(timestamp, "names the version: without `playbook_version` the latest one is called"),
  revoked: supported(flag.optional(), "a revoked playbook is refused"),
  valid_from: supported(timestamp.optional(), "a run that begins earlier is skipped"),
  valid_until: supported(timestamp.optional(), "a run that begins then or later is skipped"),
  derived_from: shown(identifiers, ""),
  related_to: shown(identifiers, ""),
  priority: shown(grade, "the binding says which run goes first"),
  severity: shown(grade, ""),
  impact: shown(grade, ""),
  industry_sectors: shown(filledTexts, ""),
  labels: shown(filledTexts, ""),
  external_references: shown(externalReferences.min(1).optional(), ""),
  markings: supported(identifiers, "shown with the playbook"),
  playbook_variables: supported(record.optional(), "scope of the whole playbook"),
  workflow_start: supported(identifier, "has to be a step of type `start`"),
  workflow_exception: supported(identifier.optional(), "executed once when a failure is handled nowhere else"),
  workflow: supported(record, ""),
  playbook_extensions: shown(extensions.optional(), "a warning names each extension: none is executed"),
  authentication_info_definitions: supported(filledRecord.optional(), ""),
  agent_definitions: supported(filledRecord.optional(), ""),
  target_definitions: supported(filledRecord.optional(), ""),
  extension_definitions: shown(record.optional(), "schemas of extensions are not applied"),
  data_marking_definitions: supported(record.optional(), ""),
  signatures: supported(z.array(z.unknown()).min(1).optional(), "verified; an invalid one refuses the playbook"),
} satisfies Properties;

export const playbookShape = objectOf(playbookProperties);
export type WrittenPlaybook = z.output<typeof playbookShape>;
