import type { Json } from "../../../base/json.ts";
import type { Section } from "../template/section.ts";

/** The mappings of a list as plain values; what is of another shape is left to whoever compiles it. */
export const mappingsOf = (section: Section, key: string): readonly Readonly<Record<string, Json>>[] => {
  const list = section.json(key);
  return Array.isArray(list) ? (list as readonly Json[]).filter(isMapping) : [];
};

const isMapping = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
