import type { Finding } from "../run/finding.ts";

/**
 * The findings of a scan against those of an earlier one, by fingerprint.
 * - `new`: not in the earlier scan.
 * - `unchanged`: in both; as the later one has it.
 * - `fixed`: not there any more, and the later scan looked.
 * - `unknown`: not in the later scan, which did not look there, or not at all of it.
 */
export type Change = "new" | "unchanged" | "fixed" | "unknown";

export type Changes = Readonly<Record<Change, readonly Finding[]>>;

/** In the order in which they are told. */
export const changeKinds: readonly Change[] = ["new", "unknown", "fixed", "unchanged"];

/**
 * Compares two scans; each fingerprint counts once.
 *
 * @param looked whether the later scan looked at the place of an earlier finding, with its template, and got answers
 */
export const compareFindings = (
  before: readonly Finding[],
  after: readonly Finding[],
  looked: (finding: Finding) => boolean,
): Changes => {
  const earlier = byFingerprint(before);
  const later = byFingerprint(after);
  const there = [...later.values()];
  const gone = [...earlier.values()].filter(({ fingerprint }) => !later.has(fingerprint));
  return {
    new: there.filter(({ fingerprint }) => !earlier.has(fingerprint)),
    unchanged: there.filter(({ fingerprint }) => earlier.has(fingerprint)),
    fixed: gone.filter(looked),
    unknown: gone.filter((finding) => !looked(finding)),
  };
};

const byFingerprint = (findings: readonly Finding[]): ReadonlyMap<string, Finding> => {
  const first = new Map<string, Finding>();
  for (const finding of findings) if (!first.has(finding.fingerprint)) first.set(finding.fingerprint, finding);
  return first;
};
