import type { FileVerdict } from "../../calls/files/file-verdict.ts";
import { trustOf } from "../../calls/files/file-verdict.ts";
import type { Verdict } from "../../../client/index.ts";
import { printable } from "../../../base/printable.ts";
import { jsonLine } from "../text/json-text.ts";

const pathChars = 1_000;
const noteChars = 500;
const trustWidth = "suspected-black".length;

type Decision = NonNullable<Verdict["decision"]>;

/** Which detectors are missing from a decision, and why. */
export const missingText = ({ missing }: Pick<Decision, "missing">): string =>
  missing.map(({ kind, reasons }) => (reasons.length === 0 ? `${kind}: no answer` : reasons.join("; "))).join("; ");

const stateTexts: Readonly<Record<Verdict["state"], string>> = {
  decided: "",
  pending: "it is being scanned",
  refreshing: "it is being scanned again: what was known does not hold any more",
  unknown: "nothing is known of it",
};

/** Why there is no decision. */
export const stateText = ({ state, sampleHere }: Verdict): string =>
  state === "unknown" && !sampleHere ? `${stateTexts.unknown}: submit it` : stateTexts[state];

/** Such as `black, reputation 95, degraded`. */
export const decisionText = ({ trust, reputation, degraded }: Decision): string =>
  [trust, ...(reputation === undefined ? [] : [`reputation ${reputation}`]), ...(degraded ? ["degraded"] : [])].join(
    ", ",
  );

const noteOf = (verdict: FileVerdict): string => {
  switch (verdict.status) {
    case "listed":
      return `${verdict.entry.list} list${verdict.entry.name === "" ? "" : `: ${verdict.entry.name}`}`;
    case "asked": {
      const { decision } = verdict.verdict;
      if (decision === undefined) return stateText(verdict.verdict);
      return decision.degraded ? `degraded: ${missingText(decision)}` : "";
    }
    case "failed":
      return verdict.reason;
    case "skipped":
      return `not looked at: ${verdict.file.skipped}`;
  }
};

/** A line for people: trust, path, and what there is to say. */
export const fileLine = (verdict: FileVerdict): string => {
  const note = noteOf(verdict);
  const path = printable(verdict.file.path, pathChars);
  return `${trustOf(verdict).padEnd(trustWidth)}  ${path}${note === "" ? "" : `  (${printable(note, noteChars)})`}\n`;
};

/** The same as one JSON object. */
export const fileJson = (verdict: FileVerdict): string => {
  const { status } = verdict;
  const { path } = verdict.file;
  const trust = trustOf(verdict);
  if (status === "skipped") return jsonLine({ path, status, trust, reason: verdict.file.skipped });
  const { size, sha256, sha1, md5 } = verdict.file;
  const file = { path, status, trust, size, sha256, sha1, md5 };
  if (status === "listed") return jsonLine({ ...file, ...verdict.entry });
  if (status === "failed") return jsonLine({ ...file, reason: verdict.reason });
  const { state, decision, decidedAtMs, taskId, sampleHere } = verdict.verdict;
  const { reputation, degraded, missing } = decision ?? {};
  return jsonLine({ ...file, state, reputation, degraded, missing, decidedAtMs, taskId, sampleHere });
};
