import { createHash } from "node:crypto";
import type { Finding } from "../run/finding.ts";
import { changeKinds } from "./changes.ts";
import { EvidenceRoom } from "./evidence-room.ts";
import { detailOf, grouped, type SeverityGroup, type TemplateGroup } from "./order.ts";
import type { ScanReport } from "./scan-report.ts";
import { visible, visibleLine } from "./visible.ts";

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid #999; padding: 0.2rem 0.6rem; text-align: left; }
pre { overflow: auto; background: #8882; padding: 0.6rem; }
.gaps { border-left: 0.5rem solid #c00; padding-left: 1rem; }
`;

/** Nothing is loaded, run or sent; only this style is used, whatever else gets into the page. */
const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/**
 * A report as one HTML page without scripts, piece by piece. What was not looked at comes first, then the findings by
 * severity and template, with their evidence folded. All that a site or a template says is escaped.
 */
export function* htmlReport(report: ScanReport): Generator<string> {
  const groups = grouped(report.findings);
  const room = new EvidenceRoom();
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>Scan report</title>
<style>${style}</style>
</head>
<body>
<h1>Scan report</h1>
`;
  yield* standing(report);
  yield* changeList(report);
  yield* summary(groups);
  for (const { severity, templates } of groups) {
    yield `<h2>${severity}</h2>\n`;
    for (const template of templates) yield* templateSection(template, room);
  }
  yield "</body>\n</html>\n";
}

const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (mark) => marks[mark] ?? "");

const line = (text: string): string => escaped(visibleLine(text));

function* list(items: Iterable<string>): Generator<string> {
  yield "<ul>\n";
  for (const item of items) yield `<li>${item}</li>\n`;
  yield "</ul>\n";
}

function* standing({ complete, gaps }: ScanReport): Generator<string> {
  if (complete) {
    yield "<p>The scan is complete: everything that was planned was looked at.</p>\n";
    return;
  }
  yield '<div class="gaps">\n<p><strong>This scan is incomplete.</strong> What was not looked at:</p>\n';
  yield* list(gaps.map(line));
  yield "</div>\n";
}

function* changeList({ changes }: ScanReport): Generator<string> {
  if (changes === undefined) return;
  yield "<h2>Changes</h2>\n";
  for (const kind of changeKinds) {
    yield `<p>${changes[kind].length} ${kind}</p>\n`;
    if (kind !== "unchanged" && changes[kind].length > 0) {
      yield* list(changes[kind].map((finding) => line(`${finding["template-id"]} at ${finding["matched-at"]}`)));
    }
  }
}

function* summary(groups: readonly SeverityGroup[]): Generator<string> {
  if (groups.length === 0) {
    yield "<p>No findings.</p>\n";
    return;
  }
  yield "<table>\n<thead><tr><th>severity</th><th>templates</th><th>findings</th></tr></thead>\n<tbody>\n";
  for (const { severity, templates } of groups) {
    const findings = templates.reduce((sum, template) => sum + template.findings.length, 0);
    yield `<tr><td>${severity}</td><td>${templates.length}</td><td>${findings}</td></tr>\n`;
  }
  yield "</tbody>\n</table>\n";
}

function* templateSection({ id, findings }: TemplateGroup, room: EvidenceRoom): Generator<string> {
  const [{ info }] = findings;
  yield `<h3>${line(info.name)} (${line(id)})</h3>\n`;
  for (const key of ["description", "remediation"]) {
    const text = info[key];
    if (typeof text === "string" && text.trim() !== "") yield `<p>${line(text)}</p>\n`;
  }
  for (const finding of findings) yield* findingSection(finding, room);
}

function* findingSection(finding: Finding, room: EvidenceRoom): Generator<string> {
  const detail = detailOf(finding);
  yield `<p><code>${line(finding["matched-at"])}</code>${detail.length === 0 ? "" : `: ${line(detail.join(", "))}`}<br>\n`;
  yield `<small>fingerprint ${line(finding.fingerprint)}</small></p>\n`;
  for (const { title, text, cut } of room.of(finding)) {
    yield `<details><summary>${title}${cut ? " (cut)" : ""}</summary>\n<pre>${escaped(visible(text))}</pre>\n</details>\n`;
  }
}
