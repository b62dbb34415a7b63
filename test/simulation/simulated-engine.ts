import type { RunOptions, ScanEngine, ScanSubtask, ScanTask, SubtaskOutcome } from "../../src/actors/scan/index.ts";
import type { Enter } from "./event-loop.ts";
import type { World } from "./world.ts";

/** What the work of all nodes is like, decided from the seed before it begins. */
export interface Workload {
  /** Subtasks of each task. */
  readonly subtasks: ReadonlyMap<string, number>;
  /** `target` is the id of the task; a subtask is named by its template. */
  readonly deadly: ReadonlySet<string>;
  readonly hopeless: ReadonlySet<string>;
  /** How often an innocent subtask has failed already. */
  readonly failed: Map<string, number>;
}

const failsAtMost = 2;
const failureChance = 0.04;
const slowChance = 0.1;
const longestWorkMs = 4_000;

/** A scan engine without a network: when a piece of work ends, and how, is the world's decision. */
export const simulatedEngine = (
  world: World,
  workload: Workload,
  node: string,
  enter: Enter,
  crash: () => void,
): ScanEngine => ({
  decompose: (task: ScanTask) => {
    const taskId = new URL(task.target).hostname.split(".")[0] ?? "";
    return Array.from({ length: workload.subtasks.get(taskId) ?? 0 }, (_, index) => ({
      templates: [`${taskId}-t${index}`],
      requests: 1 + (index % 3),
    }));
  },
  run: (subtask: ScanSubtask, { signal, admit }: RunOptions) => {
    const work = subtask.templates[0] ?? "";
    return new Promise<SubtaskOutcome>((resolve, reject) => {
      const end = (): void => {
        if (signal.aborted) {
          world.count("branch: work aborted");
          return reject(new Error("aborted"));
        }
        if (workload.deadly.has(work)) {
          world.count("fault: work kills its node");
          return crash();
        }
        if (workload.hopeless.has(work)) return reject(new Error("this work always fails"));
        const failed = workload.failed.get(work) ?? 0;
        if (failed < failsAtMost && world.chance(failureChance)) {
          workload.failed.set(work, failed + 1);
          world.count("fault: work fails");
          return reject(new Error("this work failed once"));
        }
        resolve({
          findings: [{ work, node }],
          droppedFindings: 0,
          requests: { planned: subtask.requests, sent: subtask.requests, failed: 0, skipped: 0, unneeded: 0 },
          problems: [],
        });
      };
      admit().then(() => {
        const soon = (): void => world.later(`work ${work}`, () => enter(end));
        if (world.chance(slowChance)) world.after(world.random.below(longestWorkMs), soon);
        else soon();
      }, reject);
    });
  },
});
