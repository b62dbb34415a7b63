import type { Verdict } from "../../../client/index.ts";
import { textTable } from "../../output/text/text-table.ts";
import type { Outcome } from "./outcome.ts";
import { expectedSide, type Side } from "./sample.ts";

type Trust = NonNullable<Verdict["decision"]>["trust"];

const sides: Readonly<Record<Trust, Side>> = {
  black: "found",
  "suspected-black": "found",
  grey: "undecided",
  unknown: "undecided",
  "suspected-white": "cleared",
  white: "cleared",
};

const trustOf = ({ verdict }: Outcome): Trust => verdict.decision?.trust ?? "unknown";

/** The kinds that found it, of those that looked. */
const findersOf = ({ verdict }: Outcome): readonly string[] =>
  (verdict.detail?.answers ?? [])
    .filter(({ result }) => result.outcome === "verdict" && sides[result.trust] === "found")
    .map(({ kind }) => kind);

const missingOf = ({ verdict }: Outcome): readonly string[] => verdict.decision?.missing.map(({ kind }) => kind) ?? [];

const counted = (words: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
};

/** A row for each group of samples: how many there were, what they came to, who found them, and who failed at them. */
export const verdictsTable = (outcomes: readonly Outcome[]): string => {
  const groups = new Set(outcomes.map(({ sample }) => sample.group));
  const rows = [...groups].map((group) => {
    const ofGroup = outcomes.filter(({ sample }) => sample.group === group);
    return [
      group,
      ofGroup.length,
      counted(ofGroup.map(trustOf)),
      counted(ofGroup.flatMap(findersOf)),
      ofGroup.filter(({ verdict }) => verdict.decision?.degraded === true).length,
      counted(ofGroup.flatMap(missingOf)),
    ];
  });
  return textTable(["samples", "submitted", "verdicts", "found by", "degraded", "for want of"], rows);
};

/** What is missing, and why, as the verdict says it. */
const whyOf = ({ verdict }: Outcome): string => {
  const missing = verdict.decision?.missing ?? [];
  return missing.map(({ kind, reasons }) => `; ${kind}: ${reasons.join(", ")}`).join("");
};

/** What became of a sample otherwise than it should have. */
const faultOf = (outcome: Outcome): string | undefined => {
  const { sample, verdict } = outcome;
  const { name, label, foundBy, unseenBy } = sample;
  const trust = trustOf(outcome);
  const side = expectedSide(sample);
  if (sides[trust] !== side) return `${name}, which is ${label}, is ${trust} instead of ${side}${whyOf(outcome)}`;
  if (foundBy !== undefined && !findersOf(outcome).includes(foundBy)) return `${name} was not found by ${foundBy}`;
  const [missing, expected] = [missingOf(outcome), unseenBy].map((kinds) => kinds.toSorted().join(", "));
  if (missing !== expected)
    return `${name} names ${missing || "nothing"} as missing instead of ${expected || "nothing"}`;
  if ((verdict.decision?.degraded === true) !== unseenBy.length > 0)
    return `${name} is ${unseenBy.length > 0 ? "not " : ""}degraded`;
  return undefined;
};

/** What went wrong with the verdicts, each with the name of its sample. */
export const faultsOf = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.flatMap((outcome) => faultOf(outcome) ?? []);
