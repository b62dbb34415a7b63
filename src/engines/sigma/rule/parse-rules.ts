import { printable } from "../../../base/printable.ts";
import { yamlDocuments } from "../../yaml/documents.ts";
import { ruleFileBounds } from "../bounds.ts";
import { compileDetection } from "../detection/compile-detection.ts";
import { SigmaError } from "../errors.ts";
import { parseLogsource } from "../logsource/parse-logsource.ts";
import type { Placeholders } from "../modifiers/modifier.ts";
import type { SigmaProblem, SigmaRule } from "./sigma-rule.ts";

export interface SigmaRules {
  readonly rules: readonly SigmaRule[];
  readonly problems: readonly SigmaProblem[];
}

/** Kinds of documents that Sigma has beside rules, by the key that only they have. */
const otherKinds: ReadonlyMap<string, string> = new Map([
  ["correlation", "correlation rules are not supported"],
  ["filter", "filters are not supported"],
  ["action", 'collections with "action" are not supported: write each rule out in full'],
]);
const levels: readonly unknown[] = ["informational", "low", "medium", "high", "critical"];
const mostTitleChars = 256;

/**
 * Reads the rules of a YAML file, which may hold several documents. A rule with a problem is left out and told; the others are there.
 * Never throws, whatever the text.
 *
 * @param file its name, for problems
 */
export const parseSigmaRules = (text: string, file: string, placeholders?: Placeholders): SigmaRules => {
  const rules: SigmaRule[] = [];
  const problems: SigmaProblem[] = [];
  for (const document of yamlDocuments(text, ruleFileBounds)) {
    const { line } = document;
    if ("problem" in document) {
      problems.push({ file, line, at: "", message: document.problem });
      continue;
    }
    try {
      rules.push(parseRule(document.value, line, placeholders));
    } catch (thrown) {
      if (!(thrown instanceof SigmaError)) throw thrown;
      problems.push({ file, line, at: thrown.at, message: thrown.message });
    }
  }
  return { rules, problems };
};

const parseRule = (source: unknown, line: number, placeholders: Placeholders | undefined): SigmaRule => {
  if (typeof source !== "object" || source === null || Array.isArray(source)) {
    throw new SigmaError("invalid-rule", "", "a rule is a map with title, logsource and detection");
  }
  const given = new Map(Object.entries(source) as [string, unknown][]);
  for (const [key, message] of otherKinds) {
    if (given.has(key)) throw new SigmaError("unsupported", key, message);
  }
  return {
    id: textOf(given.get("id"), "id"),
    title: titleOf(given.get("title")),
    level: levelOf(given.get("level")),
    logsource: parseLogsource(given.get("logsource"), "logsource"),
    detection: compileDetection(given.get("detection"), { at: "detection", placeholders }),
    line,
  };
};

const textOf = (value: unknown, at: string): string | undefined => {
  if (value === undefined) return undefined;
  if (typeof value === "string" && value !== "" && value.length <= mostTitleChars)
    return printable(value, mostTitleChars);
  throw new SigmaError("invalid-rule", at, `has to be a text of 1 to ${mostTitleChars} characters`);
};

const titleOf = (value: unknown): string => {
  const title = textOf(value, "title");
  if (title === undefined) throw new SigmaError("invalid-rule", "title", "is missing");
  return title;
};

const levelOf = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  if (typeof value === "string" && levels.includes(value)) return value;
  throw new SigmaError("invalid-rule", "level", `has to be one of ${levels.join(", ")}`);
};
