import { compileJsonFilter } from "../search/json-filter.ts";
import type { Section } from "../template/section.ts";
import { fromEach } from "./from-each.ts";
import type { Extract } from "./operator.ts";
import { compileEach } from "./patterns.ts";

/** `json`: what filters of jq give for the part; nothing when it is not JSON. */
export const compileJsonExtractor = (section: Section): Extract => {
  const filters = compileEach(section, "json", "filter", compileJsonFilter);
  return (evidence, partName) => {
    const part = evidence.part(partName);
    if (part === undefined) return [];
    return fromEach(filters, (filter) => evidence.searcher.json(filter, part, evidence.budget));
  };
};
