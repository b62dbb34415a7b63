import type { Verdict } from "../../../client/index.ts";
import type { Listed } from "../../../engines/malware/digest/index.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import type { FileIdentity, Unseen } from "./identify-file.ts";

/** What is known of one file in the end. */
export type FileVerdict =
  /** By a list of this machine: nobody was asked. */
  | { readonly status: "listed"; readonly file: FileIdentity; readonly entry: Listed }
  /** What the cluster says, which need not be a decision. */
  | { readonly status: "asked"; readonly file: FileIdentity; readonly verdict: Verdict }
  /** The cluster did not take it, or it changed before it was sent. */
  | { readonly status: "failed"; readonly file: FileIdentity; readonly reason: string }
  | { readonly status: "skipped"; readonly file: Unseen };

/** The trust of a file; `unknown` where nothing decided it. */
export const trustOf = (verdict: FileVerdict): NonNullable<Verdict["decision"]>["trust"] => {
  switch (verdict.status) {
    case "listed":
      return verdict.entry.trust;
    case "asked":
      return verdict.verdict.decision?.trust ?? "unknown";
    case "failed":
    case "skipped":
      return "unknown";
  }
};

/** Grey says that detectors disagree, or found something odd: it clears no file. */
const undecided: ReadonlySet<string> = new Set(["unknown", "grey"]);

/** Whether less is known of a file than there should be. */
export const isIncomplete = (verdict: FileVerdict): boolean =>
  undecided.has(trustOf(verdict)) || (verdict.status === "asked" && verdict.verdict.decision?.degraded === true);

export const isBad = (verdict: FileVerdict): boolean =>
  trustOf(verdict) === "black" || trustOf(verdict) === "suspected-black";

/** What a process ends with that judged files. */
export const exitCodeOf = (
  counts: { readonly bad: number; readonly incomplete: number },
  allowIncomplete: boolean,
): ExitCode => {
  if (counts.bad > 0) return exitCodes.threshold;
  return counts.incomplete > 0 && !allowIncomplete ? exitCodes.incomplete : exitCodes.complete;
};
