import type { Json } from "../../../base/json.ts";
import type { Finding } from "../run/finding.ts";
import type { Severity } from "../template/severity.ts";
import { type Change, changeKinds } from "./changes.ts";
import { detailOf } from "./order.ts";
import { locationOf, uriOf } from "./sarif-location.ts";
import type { ScanReport } from "./scan-report.ts";

/** SARIF's level, and the score by which code-scanning services sort. */
const levels: Readonly<Record<Severity, { readonly level: string; readonly score: string }>> = {
  critical: { level: "error", score: "9.4" },
  high: { level: "error", score: "8" },
  medium: { level: "note", score: "5" },
  low: { level: "note", score: "2" },
  info: { level: "none", score: "1" },
  unknown: { level: "none", score: "1" },
};

/** SARIF 3.27.24. What is not known to be gone is still there. */
const baselineStates: Readonly<Record<Change, string>> = {
  new: "new",
  unchanged: "unchanged",
  fixed: "absent",
  unknown: "unchanged",
};

const mostMessageChars = 1_000;

/**
 * A report as a SARIF 2.1.0 log: one rule a template, one result a finding; compared with an earlier scan, also the
 * findings that are gone, as `absent`. A scan that did not look at everything is an invocation that was not
 * successful, with a notification for each gap. `version` is that of Garrison.
 */
export const sarifLog = (report: ScanReport, version: string): Json => {
  const results = statedFindings(report);
  const rules = new Map<string, { readonly index: number; readonly rule: Json }>();
  for (const { finding } of results) {
    const id = finding["template-id"];
    if (!rules.has(id)) rules.set(id, { index: rules.size, rule: ruleOf(finding) });
  }
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Garrison", version, rules: [...rules.values()].map(({ rule }) => rule) } },
        invocations: [invocationOf(report)],
        columnKind: "utf16CodeUnits",
        results: results.map(({ finding, state }) => ({
          ...resultOf(finding, rules.get(finding["template-id"])?.index ?? 0),
          ...(state === undefined ? {} : { baselineState: state }),
        })),
      },
    ],
  };
};

const statedFindings = ({
  findings,
  changes,
}: ScanReport): readonly { readonly finding: Finding; readonly state?: string }[] =>
  changes === undefined
    ? findings.map((finding) => ({ finding }))
    : changeKinds.flatMap((kind) => changes[kind].map((finding) => ({ finding, state: baselineStates[kind] })));

const invocationOf = ({ complete, gaps }: ScanReport): Json => ({
  executionSuccessful: complete,
  ...(gaps.length === 0
    ? {}
    : { toolExecutionNotifications: gaps.map((gap) => ({ level: "error", message: message(gap) })) }),
});

/** SARIF 3.11: braces are doubled, and what could be read as a link is not one. */
const message = (text: string): { readonly text: string } => {
  const short = text.length > mostMessageChars ? `${text.slice(0, mostMessageChars - 1)}…` : text;
  const unlinked = short.includes("](") ? short.replaceAll(/[\\[\]]/g, "\\$&") : short;
  return { text: unlinked.replaceAll(/[{}]/g, "$&$&") };
};

const textsOf = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : typeof value === "string" ? [value] : [];

/** As code-scanning services read them: `external/cwe/cwe-79`. */
const weaknessTags = (info: Finding["info"]): readonly string[] => {
  const classification = info["classification"];
  if (typeof classification !== "object" || classification === null || Array.isArray(classification)) return [];
  return textsOf((classification as Readonly<Record<string, Json | undefined>>)["cwe-id"]).map(
    (id) => `external/cwe/${id.toLowerCase()}`,
  );
};

const ruleOf = ({ "template-id": id, info }: Finding): Json => {
  const [description = info.name] = textsOf(info["description"]);
  const references = textsOf(info["reference"]);
  const link = references.find((reference) => URL.canParse(reference));
  const help = [description, ...textsOf(info["impact"]), ...textsOf(info["remediation"]), ...references].join("\n\n");
  return {
    id,
    name: info.name,
    shortDescription: { text: info.name },
    fullDescription: { text: description },
    ...(link === undefined ? {} : { helpUri: uriOf(link) }),
    help: { text: help },
    defaultConfiguration: { level: levels[info.severity].level },
    properties: {
      "security-severity": levels[info.severity].score,
      tags: [...new Set(["security", ...(info.tags ?? []), ...weaknessTags(info)])],
    },
  };
};

const resultOf = (finding: Finding, ruleIndex: number): Readonly<Record<string, Json>> => {
  const { level } = levels[finding.info.severity];
  const detail = detailOf(finding).join(", ");
  return {
    ruleId: finding["template-id"],
    ruleIndex,
    // SARIF 3.27.10: a failure has a severity.
    kind: level === "none" ? "informational" : "fail",
    level,
    message: message(`${finding.info.name} at ${finding["matched-at"]}${detail === "" ? "" : `: ${detail}`}`),
    locations: [locationOf(finding)],
    // The first is the one that GitHub tells results apart by.
    partialFingerprints: { primaryLocationLineHash: finding.fingerprint, "garrison/v1": finding.fingerprint },
  };
};
