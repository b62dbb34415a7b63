import type { Json } from "../../../base/json.ts";
import type { Section } from "./section.ts";
import { severities, type Severity } from "./severity.ts";
import type { TemplateInfo } from "./template-head.ts";

/** Lists that nuclei writes in lower case, whether the template has a list or one comma-separated string. */
const nameList = (value: Json | undefined): readonly string[] => {
  const texts = Array.isArray(value)
    ? (value as readonly Json[])
    : value === undefined || value === null
      ? []
      : [value];
  const split =
    typeof value === "string" ? value.split(",") : texts.map((text) => (isScalar(text) ? String(text) : ""));
  return split.map((text) => text.trim().toLowerCase()).filter((text) => text !== "");
};

const isScalar = (value: Json): value is string | number | boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** Reads `info`: name and author are required, the rest is kept as it is. */
export const readInfo = (template: Section): TemplateInfo | undefined => {
  const section = template.section("info");
  if (section === undefined) {
    if (!template.has("info")) template.complain("invalid", "info", "is missing");
    return undefined;
  }
  const rest = template.json("info");
  const name = section.string("name") ?? "";
  if (name.trim() === "") section.complain("invalid", "name", "is missing");
  const author = nameList(section.json("author"));
  if (author.length === 0) section.complain("invalid", "author", "is missing");
  const severity = readSeverity(section);
  const { tags, reference, classification, ...kept } = isObject(rest) ? rest : {};
  return {
    ...kept,
    name,
    author,
    severity,
    ...(tags === undefined ? {} : { tags: nameList(tags) }),
    ...(reference === undefined || reference === null
      ? {}
      : { reference: Array.isArray(reference) ? reference : [reference] }),
    ...(classification === undefined ? {} : { classification: readClassification(classification) }),
  };
};

const isObject = (value: Json | undefined): value is Readonly<Record<string, Json | undefined>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const readClassification = (value: Json): Json => {
  if (!isObject(value)) return value;
  const lists = ["cve-id", "cwe-id"].filter((key) => value[key] !== undefined && value[key] !== null);
  return { ...value, ...Object.fromEntries(lists.map((key) => [key, nameList(value[key])])) };
};

const readSeverity = (section: Section): Severity => {
  const text = section.string("severity")?.trim().toLowerCase() ?? "unknown";
  const severity = severities.find((candidate) => candidate === text);
  if (severity === undefined) {
    section.complain("invalid", "severity", `must be one of ${severities.join(", ")}, not "${text}"`);
  }
  return severity ?? "unknown";
};
