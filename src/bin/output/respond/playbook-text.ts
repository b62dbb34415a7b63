import { printable } from "../../../base/printable.ts";
import type { CacaoFacts, Playbook } from "../../../client/index.ts";
import type { CacaoPlaybook } from "../../../engines/playbook/cacao/index.ts";
import type { Fact } from "../text/fact-lines.ts";
import { timeText } from "../scan/show-scan.ts";

const valueChars = 200;
const reasonChars = 500;

/** The states of the signatures of a playbook, as one word or a few. */
export const signatureText = ({ signatures }: Pick<CacaoFacts, "signatures">): string =>
  signatures.length === 0 ? "none" : signatures.map(({ state }) => state).join(" ");

/** When a playbook may run; empty: always. */
export const validityText = ({ validFromMs, validUntilMs }: CacaoFacts): string =>
  [
    ...(validFromMs === undefined ? [] : [`from ${timeText(validFromMs)}`]),
    ...(validUntilMs === undefined ? [] : [`until ${timeText(validUntilMs)}`]),
  ].join(" ");

/** What a playbook is, the markings of its text first. */
export const playbookFacts = (
  { id, kind, version, title, actions, secrets, bindings, cacao }: Playbook,
  description: string | undefined,
): readonly Fact[] => [
  ["markings", cacao?.markings.join(", ")],
  ["title", title],
  ["playbook", id],
  ["kind", kind],
  ["version", version.slice(0, 12)],
  ["id", cacao?.id],
  ["modified", cacao?.modified],
  ["valid", cacao && validityText(cacao)],
  ...(cacao?.signatures ?? []).map(({ state, by = "", reason }): Fact => [
    "signature",
    `${state}${by === "" ? "" : `, ${by}`}: ${printable(reason, reasonChars)}`,
  ]),
  ["signature", cacao?.signatures.length === 0 ? "none" : undefined],
  ["actions", actions.join(" ")],
  ["secrets", secrets.join(" ")],
  ["bindings", bindings.join(" ")],
  ["about", description],
];

/** The variables of a playbook, a line each. */
export const variableLines = ({ variables }: CacaoPlaybook): readonly string[] =>
  [...variables.values()].map(({ name, type, value, constant, external, description = "" }) => {
    const kinds = [constant ? "constant" : "", external ? "external" : ""].filter((kind) => kind !== "");
    const given = value === null ? "" : ` = ${printable(value, valueChars)}`;
    const about = description === "" ? "" : `: ${printable(description, valueChars)}`;
    return `${printable(name, valueChars)} (${[type, ...kinds].join(", ")})${given}${about}`;
  });
