import { shortened } from "../../protocol/error-text.ts";
import type { CacaoPlaybook } from "../model/playbook.ts";
import type { Step } from "../model/step.ts";

/** Of a name in a message. */
const mostChars = 100;

const quoted = (name: string): string => ` "${shortened(name, mostChars)}"`;

/** A step for people: its id, and its name if it has one. */
export const stepName = ({ id, name }: Step): string => `${id}${name === undefined ? "" : quoted(name)}`;

/** A playbook for people. */
export const playbookName = ({ id, name }: CacaoPlaybook): string => `${id}${quoted(name)}`;
