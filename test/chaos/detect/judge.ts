import { downloadsAgain, linesByObject, wasTakenOver } from "./decision-checks.ts";
import type { DetectCluster } from "./detect-cluster.ts";
import { readLines } from "./detector-log.ts";
import { lookAtDecisions } from "./look-at-decisions.ts";
import { endWrong, filesLeft } from "./remains.ts";
import type { Submitted } from "./submitter.ts";

/** What came of the tasks, by logs that are not the nodes'. */
export interface Judged {
  readonly decided: number;
  readonly decidedTwice: number;
  /** Decisions that lack an answer. */
  readonly degraded: number;
  /** Tasks of which an execution was begun once more than required. */
  readonly takenOver: number;
  /** Scans that detectors began. */
  readonly scans: number;
  /** Objects that went whole to a relay, and those of them that it had already. */
  readonly downloads: number;
  readonly downloadsAgain: number;
  /** Files, processes and exit codes that must not be. */
  readonly leftOver: number;
  /** Nodes that the others declared dead while they lived: they began again. */
  readonly declaredDead: number;
  /** What must not be, at most the first of each kind. */
  readonly violations: readonly string[];
}

const shownOfAKind = 5;
const lostItsPlace = 75;

/** Compares what the centres say with the ledger and with the detectors' logs, then ends everything and looks for what is left. */
export const judge = async (cluster: DetectCluster, ledger: readonly Submitted[], tasks: number): Promise<Judged> => {
  const lines = cluster.detectors.flatMap(({ log }) => readLines(log));
  const byObject = linesByObject(lines);
  const { decidedTwice, decisions, answers } = await lookAtDecisions(cluster, ledger, byObject);
  const downloads = cluster.proxies.flatMap((proxy) => proxy.downloads);
  const again = downloadsAgain(downloads);
  const lost = tasks - ledger.length;
  const files = await filesLeft(cluster);
  const ends = await endWrong(cluster);
  const wrongEnds = cluster.ownEnds.filter(({ code }) => code !== lostItsPlace);
  const kinds = [
    lost === 0 ? [] : [`${lost} tasks of ${tasks} were never decided`],
    ...[decisions, answers, again, files, ends],
    wrongEnds.map(({ code, said }) => `a node ended by itself with ${code ?? "a signal"}: ${said}`),
    lines.filter(({ event }) => event === "wrong").map(({ detector }) => `${detector} had bytes of another object`),
  ];
  return {
    decided: ledger.length,
    decidedTwice,
    degraded: ledger.filter(({ verdict }) => verdict.decision?.degraded !== false).length,
    takenOver: [...byObject.values()].filter(wasTakenOver).length,
    scans: lines.filter(({ event }) => event === "begun").length,
    downloads: downloads.length,
    downloadsAgain: again.length,
    leftOver: files.length + ends.length,
    declaredDead: cluster.ownEnds.length - wrongEnds.length,
    violations: kinds.flatMap((kind) => kind.slice(0, shownOfAKind)),
  };
};
