import {
  addressProperties,
  agentTargetProperties,
  agentTargetTypeProperties,
  contactProperties,
  locationProperties,
} from "./shape/agent-target.ts";
import { authenticationProperties, authenticationTypeProperties } from "./shape/authentication.ts";
import { commandProperties, commandTypeProperties, refusedCommandProperties } from "./shape/commands.ts";
import { externalReferenceProperties } from "./shape/common.ts";
import { extensionDefinitionProperties } from "./shape/extension-definition.ts";
import { markingProperties, markingTypeProperties } from "./shape/markings.ts";
import { playbookProperties, processingSummaryProperties } from "./shape/metadata.ts";
import type { Properties, Property } from "./shape/property.ts";
import { signatureProperties } from "./shape/signature.ts";
import { stepProperties, stepTypeProperties } from "./shape/steps.ts";
import { variableProperties } from "./shape/variables.ts";

/** What becomes of a key of the standard. */
export interface SupportRow {
  /** What it is a key of, such as `playbook` or `step parallel`. */
  readonly object: string;
  readonly key: string;
  /** `shown`: it is checked and kept for people, and changes nothing of what is executed. */
  readonly support: Property["support"];
  /** What that means; may be empty. */
  readonly note: string;
}

/** Every key of the standard, by the objects that have it, as the reader treats it. */
export const supportTable = (): readonly SupportRow[] => [
  ...rowsOf("playbook", playbookProperties),
  ...rowsOf("variable", variableProperties),
  ...rowsOf("step", stepProperties),
  ...rowsOfTypes("step", stepTypeProperties),
  ...rowsOf("command", commandProperties),
  ...rowsOfTypes("command", commandTypeProperties),
  ...rowsOfTypes("command", refusedCommandProperties),
  ...rowsOf("agent or target", agentTargetProperties),
  ...rowsOfTypes("agent or target", agentTargetTypeProperties),
  ...rowsOf("address", addressProperties),
  ...rowsOf("civic location", locationProperties),
  ...rowsOf("contact", contactProperties),
  ...rowsOf("authentication information", authenticationProperties),
  ...rowsOfTypes("authentication information", authenticationTypeProperties),
  ...rowsOf("data marking", markingProperties),
  ...rowsOfTypes("data marking", markingTypeProperties),
  ...rowsOf("signature", signatureProperties),
  ...rowsOf("extension definition", extensionDefinitionProperties),
  ...rowsOf("external reference", externalReferenceProperties),
  ...rowsOf("processing summary", processingSummaryProperties),
];

const rowsOf = (object: string, properties: Properties): readonly SupportRow[] =>
  Object.entries(properties).map(([key, { support, note }]) => ({ object, key, support, note }));

const rowsOfTypes = (object: string, types: Readonly<Record<string, Properties>>): readonly SupportRow[] =>
  Object.entries(types).flatMap(([type, properties]) => rowsOf(`${object} ${type}`, properties));
