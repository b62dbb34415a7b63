import type { Finding } from "../run/finding.ts";
import { changeKinds } from "./changes.ts";
import { EvidenceRoom } from "./evidence-room.ts";
import { detailOf, grouped, type SeverityGroup, type TemplateGroup } from "./order.ts";
import type { ScanReport } from "./scan-report.ts";
import { visible, visibleLine } from "./visible.ts";

/**
 * A report as Markdown (GitHub's), piece by piece. What was not looked at comes first, then the findings by severity and
 * template, with their evidence folded. Nothing that a site or a template says is read as Markdown or HTML.
 */
export function* markdownReport(report: ScanReport): Generator<string> {
  const groups = grouped(report.findings);
  const room = new EvidenceRoom();
  yield "# Scan report\n\n";
  yield* standing(report);
  yield* changeList(report);
  yield* summary(groups);
  for (const { severity, templates } of groups) {
    yield `## ${severity}\n\n`;
    for (const template of templates) yield* templateSection(template, room);
  }
}

/** ASCII punctuation, any of which a backslash makes plain; `&` and `<` would else begin entities and tags. */
const punctuation = /[!-/:-@[-`{-~]/g;

const plain = (text: string): string => visibleLine(text).replaceAll(punctuation, "\\$&");

function* standing({ complete, gaps }: ScanReport): Generator<string> {
  if (complete) {
    yield "The scan is complete: everything that was planned was looked at.\n\n";
    return;
  }
  yield "**This scan is incomplete.** What was not looked at:\n\n";
  for (const gap of gaps) yield `- ${plain(gap)}\n`;
  yield "\n";
}

function* changeList({ changes }: ScanReport): Generator<string> {
  if (changes === undefined) return;
  yield "## Changes\n\n";
  for (const kind of changeKinds) {
    yield `- ${changes[kind].length} ${kind}\n`;
    if (kind === "unchanged") continue;
    for (const finding of changes[kind])
      yield `  - ${plain(`${finding["template-id"]} at ${finding["matched-at"]}`)}\n`;
  }
  yield "\n";
}

function* summary(groups: readonly SeverityGroup[]): Generator<string> {
  if (groups.length === 0) {
    yield "No findings.\n";
    return;
  }
  yield "| severity | templates | findings |\n| --- | ---: | ---: |\n";
  for (const { severity, templates } of groups) {
    const findings = templates.reduce((sum, template) => sum + template.findings.length, 0);
    yield `| ${severity} | ${templates.length} | ${findings} |\n`;
  }
  yield "\n";
}

function* templateSection({ id, findings }: TemplateGroup, room: EvidenceRoom): Generator<string> {
  const [{ info }] = findings;
  yield `### ${plain(info.name)} (${plain(id)})\n\n`;
  for (const key of ["description", "remediation"]) {
    const text = info[key];
    if (typeof text === "string" && text.trim() !== "") yield `${plain(text)}\n\n`;
  }
  for (const finding of findings) yield* findingSection(finding, room);
}

function* findingSection(finding: Finding, room: EvidenceRoom): Generator<string> {
  const detail = detailOf(finding);
  yield `- ${plain(finding["matched-at"])}${detail.length === 0 ? "" : `: ${plain(detail.join(", "))}`}\n`;
  yield `  (fingerprint ${plain(finding.fingerprint)})\n\n`;
  for (const { title, text, cut } of room.of(finding)) {
    yield `  <details><summary>${title}${cut ? " (cut)" : ""}</summary>\n\n`;
    yield `${indented(fenced(visible(text)))}\n\n  </details>\n\n`;
  }
}

/** A code block whose fence is longer than any run of backticks in the text. */
const fenced = (text: string): string => {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
};

const indented = (text: string): string => text.replaceAll(/^/gm, "  ");
