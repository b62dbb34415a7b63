import type { Section } from "../template/section.ts";
import type { MatchTest } from "./operator.ts";

/** `status`: the status code is one of the list. There is no "and": nuclei ignores `condition` here. */
export const compileStatusMatcher = (section: Section): MatchTest => {
  const allowed = new Set(section.integers("status").map(({ value }) => value));
  if (allowed.size === 0) section.complain("invalid", "status", "needs at least one status code");
  return (evidence) => allowed.has(evidence.status);
};
