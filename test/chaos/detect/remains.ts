import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../support/until.ts";
import { isRunning } from "../../support/process-state.ts";
import { openFiles } from "./client-process.ts";
import type { DetectCluster } from "./detect-cluster.ts";

/** Objects stay for 5 s after their last use; work on files takes its time on a busy machine. */
const restMs = 60_000;

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Files that nobody needs once everything is decided, and files of the run that nodes have open. */
const left = ({ nodes, folder, objects }: DetectCluster): readonly string[] => [
  ...objects.flatMap((path) => namesIn(path).map((name) => join(path, name))),
  ...nodes.flatMap((_, at) => namesIn(join(folder, "samples", `node-${at + 1}`, "incoming"))),
  ...namesIn(join(folder, "tmp")).filter((name) => name.startsWith("garrison-object-")),
  ...nodes
    .flatMap(({ pid }) => openFiles(pid))
    .filter((path) => path.startsWith(join(folder, "samples")) || objects.some((of) => path.startsWith(of))),
];

/** What is still there of objects and samples, given time, while all nodes run. */
export const filesLeft = async (cluster: DetectCluster): Promise<readonly string[]> => {
  try {
    await until(
      () => left(cluster).length === 0,
      () => ({ left: left(cluster).slice(0, 5) }),
      restMs,
    );
    return [];
  } catch {
    return left(cluster).map((path) => `${path} is left`);
  }
};

/** Ends detectors and nodes in order. What does not end well, and what of them is there afterwards. */
export const endWrong = async (cluster: DetectCluster): Promise<readonly string[]> => {
  const detectors = await Promise.all(cluster.detectors.map((detector) => detector.drain()));
  const nodes = await Promise.all(cluster.nodes.map((node) => node.drain()));
  const codes = [...detectors, ...nodes].filter((code) => code !== 0);
  return [
    ...codes.map((code) => `a process ended with ${code ?? "a signal"} instead of 0`),
    ...processesOf(cluster.folder).map((pid) => `process ${pid} is left`),
    ...namesIn(join(cluster.folder, "tmp")).map((name) => `the temporary file ${name} is left`),
  ];
};

/** Processes that were started with the folder of the run in their environment or arguments, whoever their parent is. */
const processesOf = (folder: string): readonly number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && pid !== process.pid && isRunning(pid))
    .filter((pid) => {
      try {
        return ["environ", "cmdline"].some((name) => readFileSync(`/proc/${pid}/${name}`, "latin1").includes(folder));
      } catch {
        return false;
      }
    });
