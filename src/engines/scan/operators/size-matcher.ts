import type { Section } from "../template/section.ts";
import type { MatchTest } from "./operator.ts";

/** `size`: the part has one of the sizes, in bytes. There is no "and": nuclei ignores `condition` here. */
export const compileSizeMatcher = (section: Section): MatchTest => {
  const allowed = new Set(section.integers("size").map(({ value }) => value));
  if (allowed.size === 0) section.complain("invalid", "size", "needs at least one size");
  return (evidence, partName) => {
    const part = evidence.part(partName);
    return part === undefined ? undefined : allowed.has(part.size);
  };
};
