import type { Section } from "../template/section.ts";
import type { Evidence } from "./evidence.ts";
import { ValueList } from "./operator.ts";
import { compilePatterns } from "./pattern.ts";

const matchesBetweenChecks = 256;

/** `regex`: every match of every pattern in the part, or the `group` of each match. */
export const compileRegexExtractor = (
  section: Section,
): ((evidence: Evidence, partName: string) => readonly string[]) => {
  const patterns = compilePatterns(section, "regex");
  const group = section.integer("group") ?? 0;
  return (evidence, partName) => {
    const text = evidence.part(partName)?.text;
    if (text === undefined) return [];
    const values = new ValueList();
    for (const pattern of patterns) {
      evidence.budget.check();
      if (group > pattern.groupCount()) continue;
      const found = pattern.matcher(text);
      // A group that took no part in the match gives an empty value, as in nuclei.
      for (let matches = 0; !values.full && found.find(); matches += 1) {
        if (matches % matchesBetweenChecks === 0) evidence.budget.check();
        values.add(found.group(group) ?? "");
      }
    }
    return values.list();
  };
};
