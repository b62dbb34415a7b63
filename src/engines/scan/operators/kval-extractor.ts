import type { Section } from "../template/section.ts";
import type { Evidence } from "./evidence.ts";
import { ValueList } from "./operator.ts";

/**
 * `kval`: values by name: response headers and cookies in lower case with `_` for `-`, and the parts of the response.
 * `part` has no effect on it, as in nuclei. With `case-insensitive` values come out in lower case.
 */
export const compileKvalExtractor = (
  section: Section,
): ((evidence: Evidence, partName: string) => readonly string[]) => {
  const names = section.strings("kval").map(({ value }) => value.toLowerCase());
  if (names.length === 0) section.complain("invalid", "kval", "needs at least one name");
  const caseInsensitive = section.boolean("case-insensitive");
  return (evidence) => {
    const values = new ValueList();
    for (const name of names) {
      const part = evidence.part(name);
      if (part !== undefined) values.add(caseInsensitive ? part.lowerText : part.text);
    }
    return values.list();
  };
};
