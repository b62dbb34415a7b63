import type { PastVerdict, Verdict } from "../../../src/client/index.ts";
import { required } from "./detect-nodes.ts";
import type { DetectorLine } from "./detector-log.ts";
import type { SeenDownload } from "./download-proxy.ts";
import type { Submitted } from "./submitter.ts";

/** Lines of the detectors' own logs by the object that they are about. */
export type LinesOf = ReadonlyMap<string, readonly DetectorLine[]>;

export const linesByObject = (lines: readonly DetectorLine[]): LinesOf => {
  const found = new Map<string, DetectorLine[]>();
  for (const line of lines) {
    const others = found.get(line.sha256);
    if (others === undefined) found.set(line.sha256, [line]);
    else others.push(line);
  }
  return found;
};

/**
 * A task has exactly one decision, and the submitter was told of that one. Where an acknowledgement was lost, the sample was sent again: the task
 * that was not heard of may have been decided before the other one began, and told in its place.
 */
export const decisionsWrong = (
  { sha256, taskId, trust, verdict, sent }: Submitted,
  past: readonly PastVerdict[],
): readonly string[] => {
  const timesOf = (id: string | undefined): number => past.filter((one) => one.taskId === id).length;
  const unheard = new Set(past.filter((one) => one.taskId !== taskId).map((one) => one.taskId));
  const told = verdict.taskId ?? "";
  const isOwn = told === taskId;
  const { decision } = verdict;
  return [
    ...[...new Set([told, ...past.map((one) => one.taskId)])]
      .filter((id) => timesOf(id) !== 1)
      .map((id) => `task ${id} was decided ${timesOf(id)} times`),
    ...(unheard.size < sent ? [] : [`the object ${sha256} was decided by ${unheard.size} tasks nobody asked for`]),
    ...(isOwn || (sent > 1 && unheard.has(told)) ? [] : [`task ${taskId} was answered with the verdict of ${told}`]),
    ...(decision?.degraded === false
      ? []
      : [`task ${taskId} was decided degraded: ${JSON.stringify(decision?.missing)}`]),
    ...(decision?.trust === trust ? [] : [`task ${taskId} says ${decision?.trust ?? "nothing"} instead of ${trust}`]),
  ];
};

/**
 * The answers that a decision was made from are as many as required, and each verdict among them was given by its detector. What is said for a
 * detector that is gone is an error, and no detector's word: it shows as a degraded decision.
 */
export const answersWrong = ({ detail, taskId = "" }: Verdict, lines: readonly DetectorLine[]): readonly string[] => {
  const answers = detail?.answers ?? [];
  const counts = Object.entries(required).flatMap(([kind, count]) => {
    const of = answers.filter((answer) => answer.kind === kind);
    const detectors = new Set(of.map(({ detector, host }) => `${host}/${detector}`));
    return of.length === count && detectors.size === count
      ? []
      : [`task ${taskId} has ${of.length} answers of ${detectors.size} detectors of ${kind}, ${count} are required`];
  });
  const invented = answers.filter((answer) => {
    const isOfTheRun = answer.kind !== unlogged && answer.result.outcome !== "error";
    return isOfTheRun && !wasGiven(answer, lines);
  });
  return [
    ...counts,
    ...invented.map(({ kind, detector }) => `task ${taskId} has an answer that ${kind} ${detector} never gave`),
  ];
};

type Answer = NonNullable<Verdict["detail"]>["answers"][number];

/** The detectors of this kind are the product's own: they keep no log. */
const unlogged = "structure";

/** Whether a detector has written down that this is its answer. */
const wasGiven = ({ kind, detector, result }: Answer, lines: readonly DetectorLine[]): boolean => {
  const trust = result.outcome === "verdict" ? result.trust : result.outcome;
  return lines.some((line) => {
    return line.event === "scanned" && line.kind === kind && line.detector === detector && line.trust === trust;
  });
};

/** The executions of one task by detectors that keep a log. */
export interface Executions {
  readonly required: number;
  /** By detectors that have written down their answer, each counted once. */
  readonly answered: number;
  /** Answers of a detector beyond its first one, and those beyond what is required. */
  readonly answeredTwice: number;
}

export const executionsOf = ({ detail }: Verdict, lines: readonly DetectorLine[]): Executions => {
  const given = (detail?.answers ?? []).filter((answer) => answer.kind !== unlogged && wasGiven(answer, lines));
  const logged = Object.entries(required).filter(([kind]) => kind !== unlogged);
  const answered = logged.map(([kind, count]) => {
    const detectors = given.filter((answer) => answer.kind === kind).map(({ detector, host }) => `${host}/${detector}`);
    return Math.min(count, new Set(detectors).size);
  });
  const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
  return {
    required: sum(logged.map(([, count]) => count)),
    answered: sum(answered),
    answeredTwice: given.length - sum(answered),
  };
};

/** Whether something was scanned once more than required: by another process, after the first one, or its relay, was gone. */
export const wasTakenOver = (lines: readonly DetectorLine[]): boolean =>
  Object.entries(required).some(
    ([kind, count]) => lines.filter((line) => line.event === "begun" && line.kind === kind).length > count,
  );

/**
 * Downloads by a relay that had the same object already: an instance stays for 5 s after the last that needed it, so that what is complete
 * twice within less was downloaded twice in one life of the instance.
 */
export const downloadsAgain = (downloads: readonly SeenDownload[]): readonly string[] => {
  const lastAtMs = new Map<string, number>();
  const wrong: string[] = [];
  for (const { pid, sha256, endedAtMs } of downloads.toSorted((one, other) => one.endedAtMs - other.endedAtMs)) {
    const key = `${pid} ${sha256}`;
    const afterMs = endedAtMs - (lastAtMs.get(key) ?? -Infinity);
    if (afterMs < lingerMs) wrong.push(`relay ${pid} downloaded ${sha256} again after ${Math.round(afterMs)} ms`);
    lastAtMs.set(key, endedAtMs);
  }
  return wrong;
};

/** A little less than an instance stays, for what passes between the end of a download and the first need. */
const lingerMs = 4_500;
