import {
  ScanActorError,
  type BundleStore,
  type RunOptions,
  type ScanEngine,
  type ScanSubtask,
  type SubtaskOutcome,
} from "../../src/actors/scan/index.ts";
import type { Enter } from "./event-loop.ts";
import type { RequestLog } from "./request-log.ts";
import type { Workload } from "./workload.ts";
import type { World } from "./world.ts";

export interface SimulatedEngineSetup {
  readonly world: World;
  readonly workload: Workload;
  readonly bundles: BundleStore;
  readonly requests: RequestLog;
  readonly node: string;
  readonly enter: Enter;
  /** Ends the process. */
  readonly crash: () => void;
}

/**
 * Templates of the simulated engine have no content: the bundle is only looked at, whether it is there and as it was put. It is just large
 * enough to be stored, and read, in more than one step.
 */
export const bundle = { hash: "0".repeat(64), bytes: Buffer.alloc(1_100_000, "templates ") };

const failsAtMost = 2;
const failureChance = 0.04;
const slowChance = 0.1;
const longestWorkMs = 4_000;
/** Some work takes longer than a claim lasts without a heartbeat, and asks its target all the time. */
const longChance = 0.07;
const longRequests = 12;
const longRequestMs = 800;

/** A scan engine without a network: when a piece of work ends, and how, is the world's decision. */
export const simulatedEngine = (setup: SimulatedEngineSetup): ScanEngine => {
  const { world, workload, bundles, node, enter, crash } = setup;
  let loaded = false;

  const load = async (hash: string): Promise<void> => {
    if (loaded) return;
    const bytes = await bundles.get(hash);
    if (bytes === undefined || !bundle.bytes.equals(bytes)) throw new ScanActorError("bundle-corrupt", hash);
    loaded = true;
  };

  /** Some time passes. */
  const moment = (what: string): Promise<void> =>
    new Promise((resolve) => {
      const soon = (): void => world.later(what, () => enter(resolve));
      if (world.chance(slowChance)) world.after(world.random.below(longestWorkMs), soon);
      else soon();
    });

  /** Sends the requests of a template, as a real engine would: it looks at the signal before each. */
  const send = async (template: string, { signal, admit }: RunOptions): Promise<void> => {
    const long = world.chance(longChance);
    for (let request = 0; request < (long ? longRequests : 1); request += 1) {
      await admit?.();
      setup.requests.sent(template, node);
      if (long) await new Promise<void>((resolve) => world.after(longRequestMs, () => enter(resolve)));
      else await moment(`work ${template}`);
      if (!signal.aborted) continue;
      world.count("branch: work aborted");
      throw new Error("aborted");
    }
  };

  /** Whether the subtask fails this time, although it is innocent. */
  const failsOnce = (first: string): boolean => {
    const failed = workload.failed.get(first) ?? 0;
    if (failed >= failsAtMost || !world.chance(failureChance)) return false;
    workload.failed.set(first, failed + 1);
    world.count("fault: work fails");
    return true;
  };

  const run = async (subtask: ScanSubtask, options: RunOptions): Promise<SubtaskOutcome> => {
    await load(subtask.bundle);
    for (const template of subtask.templates) {
      await send(template, options);
      if (workload.deadly.has(template)) {
        world.count("fault: work kills its node");
        crash();
        return new Promise<never>(() => undefined);
      }
      if (workload.hopeless.has(template)) throw new Error("this work always fails");
      if (failsOnce(subtask.templates[0] ?? "")) throw new Error("this work failed once");
    }
    const sent = subtask.requests;
    return {
      findings: subtask.templates.map((template) => ({ work: template, node })),
      droppedFindings: 0,
      requests: { planned: sent, sent, failed: 0, skipped: 0, unneeded: 0 },
      problems: [],
    };
  };

  return {
    decompose: async (task) => {
      await load(task.bundle);
      const batches = workload.tasks.get(new URL(task.target).hostname.split(".")[0] ?? "") ?? [];
      return batches.map((templates) => ({ templates, requests: templates.length }));
    },
    split: async (subtask) => {
      await load(subtask.bundle);
      return subtask.templates.map((template) => ({ templates: [template], requests: 1 }));
    },
    run,
  };
};
