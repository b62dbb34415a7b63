import type { Json } from "../../../base/json.ts";
import type { Finding } from "../run/finding.ts";
import type { Severity } from "../template/severity.ts";

/** SARIF's level, and the score by which code-scanning services sort. */
const levels: Readonly<Record<Severity, { readonly level: string; readonly score: string }>> = {
  critical: { level: "error", score: "9.4" },
  high: { level: "error", score: "8" },
  medium: { level: "note", score: "5" },
  low: { level: "note", score: "2" },
  info: { level: "none", score: "1" },
  unknown: { level: "none", score: "1" },
};

/** Findings as a SARIF 2.1.0 log: one rule a template, one result a finding. `version` is that of Garrison. */
export const sarifLog = (findings: readonly Finding[], version: string): Json => {
  const rules = new Map<string, { readonly index: number; readonly rule: Json }>();
  for (const finding of findings) {
    const id = finding["template-id"];
    if (!rules.has(id)) rules.set(id, { index: rules.size, rule: ruleOf(finding) });
  }
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Garrison", version, rules: [...rules.values()].map(({ rule }) => rule) } },
        results: findings.map((finding) => resultOf(finding, rules.get(finding["template-id"])?.index ?? 0)),
      },
    ],
  };
};

const ruleOf = ({ "template-id": id, info }: Finding): Json => {
  const description = typeof info["description"] === "string" ? info["description"] : info.name;
  const remediation = info["remediation"];
  const [reference] = Array.isArray(info["reference"]) ? (info["reference"] as readonly Json[]) : [];
  return {
    id,
    name: info.name,
    shortDescription: { text: info.name },
    fullDescription: { text: description },
    ...(typeof reference === "string" && URL.canParse(reference) ? { helpUri: uriOf(reference) } : {}),
    ...(typeof remediation === "string" ? { help: { text: remediation } } : {}),
    defaultConfiguration: { level: levels[info.severity].level },
    properties: { "security-severity": levels[info.severity].score, tags: [...new Set(info.tags)] },
  };
};

const schemeAndAuthority = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?/i;
const notInUri = /%(?![0-9a-f]{2})|[^a-z0-9\-._~!$&'()*+,;=:@/?#%]/gi;

/** What may not stand in a URI (RFC 3986), which SARIF's readers check, percent-encoded; what is encoded stays. */
const uriOf = (url: string): string => {
  const authority = schemeAndAuthority.exec(url)?.[0] ?? "";
  const rest = url
    .slice(authority.length)
    .replaceAll(notInUri, (character) =>
      [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
    );
  return authority + rest;
};

const resultOf = (finding: Finding, ruleIndex: number): Json => {
  const name = finding["matcher-name"] ?? finding["extractor-name"];
  const extracted = finding["extracted-results"] ?? [];
  const { level } = levels[finding.info.severity];
  const detail = [...(name === undefined ? [] : [name]), ...extracted].join(", ");
  return {
    ruleId: finding["template-id"],
    ruleIndex,
    // SARIF 3.27.10: a failure has a severity.
    kind: level === "none" ? "informational" : "fail",
    level,
    message: { text: `${finding.info.name} at ${finding["matched-at"]}${detail === "" ? "" : `: ${detail}`}` },
    locations: [
      { physicalLocation: { artifactLocation: { uri: uriOf(finding["matched-at"]) }, region: { startLine: 1 } } },
    ],
    partialFingerprints: { "garrison/v1": finding.fingerprint },
  };
};
