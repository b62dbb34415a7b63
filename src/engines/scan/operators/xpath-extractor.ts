import { compileXPath } from "../search/xpath/expression.ts";
import type { Section } from "../template/section.ts";
import { fromEach } from "./from-each.ts";
import type { Extract } from "./operator.ts";
import { compileEach } from "./patterns.ts";

/** `xpath`: the texts of the nodes that the expressions select in the part, or one `attribute` of each. */
export const compileXPathExtractor = (section: Section): Extract => {
  const expressions = compileEach(section, "xpath", "expression", compileXPath);
  const attribute = section.string("attribute") || undefined;
  return (evidence, partName) => {
    const part = evidence.part(partName);
    if (part === undefined) return [];
    return fromEach(expressions, (expression) => evidence.searcher.xpath(expression, part, attribute, evidence.budget));
  };
};
