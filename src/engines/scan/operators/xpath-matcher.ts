import { compileXPath } from "../search/xpath/expression.ts";
import type { Section } from "../template/section.ts";
import { readCondition } from "./condition.ts";
import { collecting } from "./found.ts";
import { whenThere } from "./in-turn.ts";
import type { MatchTest } from "./operator.ts";
import { compileEach } from "./patterns.ts";

/** `xpath`: any or all expressions select a node of the part, which is read as XML where it begins so, else as HTML. */
export const compileXPathMatcher = (section: Section): MatchTest => {
  const condition = readCondition(section, "condition");
  const expressions = compileEach(section, "xpath", "expression", compileXPath);
  return (evidence, partName, found) => {
    const part = evidence.part(partName);
    if (part === undefined) return undefined;
    return collecting(condition, expressions, found, (expression, kept) =>
      whenThere(evidence.searcher.xpath(expression, part, undefined, evidence.budget), (texts) => {
        kept?.push(...texts);
        return texts.length > 0;
      }),
    );
  };
};
