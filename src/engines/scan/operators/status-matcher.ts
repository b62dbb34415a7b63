import type { Section } from "../template/section.ts";
import type { Evidence } from "./evidence.ts";
import type { MatchTest } from "./operator.ts";

/**
 * `status`: the status code is one of the list; where a protocol has none, such as dns, the number that the part is.
 * There is no "and": nuclei ignores `condition` here.
 */
export const compileStatusMatcher = (section: Section): MatchTest => {
  const allowed = new Set(section.integers("status").map(({ value }) => value));
  if (allowed.size === 0) section.complain("invalid", "status", "needs at least one status code");
  return (evidence, partName) => {
    if (evidence.part(partName) === undefined) return undefined;
    const status = numberIn(evidence, "status_code") ?? numberIn(evidence, partName);
    return status === undefined ? undefined : allowed.has(status);
  };
};

const numberIn = (evidence: Evidence, name: string): number | undefined => {
  const value = evidence.value(name);
  return typeof value === "bigint" || typeof value === "number" ? Number(value) : undefined;
};
