import Table from "cli-table3";
import type { Finding } from "../run/finding.ts";
import { severities } from "../template/template.ts";

const columns = ["severity", "template", "matched-at", "name", "extracted"];
const cellChars = 80;

/** Control characters and what turns the direction of text: they could rewrite the terminal that shows them. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** What comes from a site or a template, safe and short enough to be shown on a terminal. */
export const printable = (text: string, maxChars = cellChars): string => {
  const clean = text.replaceAll(unprintable, " ").trim();
  return clean.length > maxChars ? `${clean.slice(0, maxChars - 1)}…` : clean;
};

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
