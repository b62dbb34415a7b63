import Table from "cli-table3";
import { printable } from "../../../base/printable.ts";
import type { Finding } from "../run/finding.ts";
import { severities } from "../template/severity.ts";

const columns = ["severity", "template", "matched-at", "name", "extracted"];

/**
 * Findings as a table for people, the most severe first, then by template and place. No colours; ends without a line
 * end. The columns are severity, template, matched-at, name (matcher or extractor) and extracted.
 */
export const findingsTable = (findings: readonly Finding[]): string => {
  const table = new Table({ head: columns, style: { head: [], border: [], compact: true } });
  for (const finding of findings.toSorted(bySeverity)) {
    table.push([
      finding.info.severity,
      finding["template-id"],
      printable(finding["matched-at"]),
      printable(finding["matcher-name"] ?? finding["extractor-name"] ?? ""),
      printable((finding["extracted-results"] ?? []).join(", ")),
    ]);
  }
  return table.toString();
};

const rank = ({ info }: Finding): number => (info.severity === "unknown" ? -1 : severities.indexOf(info.severity));

const bySeverity = (a: Finding, b: Finding): number =>
  rank(b) - rank(a) ||
  compare(a["template-id"], b["template-id"]) ||
  compare(a["matched-at"], b["matched-at"]) ||
  compare(a.fingerprint, b.fingerprint);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
