import Table from "cli-table3";
import { printable } from "../../../base/printable.ts";
import type { Finding } from "../run/finding.ts";
import { type Change, changeKinds, type Changes } from "./changes.ts";
import { bySeverity } from "./order.ts";

const columns = ["severity", "template", "matched-at", "name", "extracted"];

/**
 * Findings as a table for people, the most severe first, then by template and place. No colours; ends without a line
 * end. The columns are severity, template, matched-at, name (matcher or extractor) and extracted.
 */
export const findingsTable = (findings: readonly Finding[]): string => tableOf(columns, rowsOf(findings));

/** The same for what has changed since an earlier scan, with a first column that says how. */
export const changesTable = (changes: Changes): string => {
  const ofKind = (kind: Change): readonly (readonly string[])[] =>
    rowsOf(changes[kind]).map((cells) => [kind, ...cells]);
  return tableOf(["change", ...columns], changeKinds.flatMap(ofKind));
};

const rowsOf = (findings: readonly Finding[]): readonly (readonly string[])[] =>
  findings
    .toSorted(bySeverity)
    .map((finding) => [
      finding.info.severity,
      finding["template-id"],
      printable(finding["matched-at"]),
      printable(finding["matcher-name"] ?? finding["extractor-name"] ?? ""),
      printable((finding["extracted-results"] ?? []).join(", ")),
    ]);

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
};
