import type { Section } from "../template/section.ts";
import { lowered } from "../search/letters.ts";
import { printed } from "../value/printed.ts";
import { bytesOf } from "../value/value.ts";
import { fromEach } from "./from-each.ts";
import type { Extract } from "./operator.ts";

/**
 * `kval`: values by name: response headers and cookies in lower case with `_` for `-`, and the parts of the response.
 * `part` has no effect on it, as in nuclei. With `case-insensitive` texts come out in lower case.
 */
export const compileKvalExtractor = (section: Section): Extract => {
  const names = section.strings("kval").map(({ value }) => bytesOf(value.toLowerCase()));
  if (names.length === 0) section.complain("invalid", "kval", "needs at least one name");
  const caseInsensitive = section.boolean("case-insensitive");
  return (evidence) =>
    fromEach(names, (name) => {
      const value = evidence.value(name);
      if (value === undefined) return [];
      return [caseInsensitive && typeof value === "string" ? lowered(value) : printed(value)];
    });
};
