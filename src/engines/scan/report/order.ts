import type { Finding } from "../run/finding.ts";
import { severities, type Severity } from "../template/severity.ts";

/** From the most severe; `unknown` last. */
const severitiesDown: readonly Severity[] = [
  ...severities.filter((severity) => severity !== "unknown").toReversed(),
  "unknown",
];

const rank = ({ info }: Finding): number => severitiesDown.indexOf(info.severity);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The most severe first, then by template and place. */
export const bySeverity = (a: Finding, b: Finding): number =>
  rank(a) - rank(b) ||
  compare(a["template-id"], b["template-id"]) ||
  compare(a["matched-at"], b["matched-at"]) ||
  compare(a.fingerprint, b.fingerprint);

/** The matcher or extractor that found it, and what was extracted. */
export const detailOf = (finding: Finding): readonly string[] => {
  const name = finding["matcher-name"] ?? finding["extractor-name"];
  return [...(name === undefined ? [] : [name]), ...(finding["extracted-results"] ?? [])];
};

/** The findings of one template. */
export interface TemplateGroup {
  readonly id: string;
  readonly findings: readonly [Finding, ...Finding[]];
}

/** The findings of one severity, by template. */
export interface SeverityGroup {
  readonly severity: Severity;
  readonly templates: readonly TemplateGroup[];
}

/** By severity, then by template; severities without a finding are left out. */
export const grouped = (findings: readonly Finding[]): readonly SeverityGroup[] => {
  const groups = new Map<Severity, Map<string, [Finding, ...Finding[]]>>();
  for (const finding of findings.toSorted(bySeverity)) {
    const templates = groups.get(finding.info.severity) ?? new Map<string, [Finding, ...Finding[]]>();
    groups.set(finding.info.severity, templates);
    const group = templates.get(finding["template-id"]);
    if (group === undefined) templates.set(finding["template-id"], [finding]);
    else group.push(finding);
  }
  return [...groups].map(([severity, templates]) => ({
    severity,
    templates: [...templates].map(([id, own]) => ({ id, findings: own })),
  }));
};
