import {
  BundleStore,
  noOptions,
  scanProps,
  Scans,
  type RunOptions,
  type ScanEngine,
  type ScanEvent,
  type ScanSettings,
  type ScanSpec,
  type ScanSubtask,
  type SubtaskOutcome,
} from "../../src/actors/scan/index.ts";
import { StoreError, type Space } from "../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore, type Carry } from "../../src/store/memory/index.ts";
import type { TestKernel } from "./kernel.ts";

/** A piece of work that an actor has given to the engine, to be ended by the test. */
export interface ScriptedRun {
  readonly subtask: ScanSubtask;
  readonly signal: AbortSignal;
  /** Ends it well, with these findings. */
  finish(findings?: SubtaskOutcome["findings"]): void;
  fail(message: string): void;
  failWith(error: Error): void;
}

export interface ScanNodeOptions {
  readonly settings?: Partial<ScanSettings>;
  /** Subtasks of each scan. */
  readonly subtasks?: number;
  /** Templates of each subtask. */
  readonly templates?: number;
  /** Replaces how a task is cut. */
  readonly decompose?: ScanEngine["decompose"];
}

export const settings: ScanSettings = {
  maxTasksInProcess: 20,
  extractIntervalMs: 10,
  leaseMs: 9_000,
  probes: 2,
  rateLimitPerTarget: undefined,
  concurrencyPerTarget: undefined,
  retainMs: 30 * 24 * 3_600_000,
};

export const bundle = "0".repeat(64);
export const specOf = (id: string, options: Partial<ScanSpec["options"]> = {}): ScanSpec => ({
  target: `http://${id}.test/`,
  bundle,
  options: { ...noOptions, ...options },
});

/** The scan actors of one node on a memory store, with time that the test moves and work that the test ends. */
export class ScanNode {
  readonly events: ScanEvent[] = [];
  /** Every run since the start; those that a test has not ended are under way. */
  readonly runs: ScriptedRun[] = [];
  /** Targets in the order in which their scans were begun, and when. */
  readonly begun: { readonly target: string; readonly atMs: number }[] = [];
  /** The same store as seen from outside: it always answers. */
  readonly space: Space;
  readonly scans: Scans;
  /** What becomes of the actors' calls: `down` calls do not arrive, the answer of `mute` ones gets lost, `hung` ones wait for `thaw`. */
  store: "up" | "down" | "mute" | "hung" = "up";
  readonly #hung: (() => void)[] = [];
  readonly #kernel: TestKernel;

  constructor(kernel: TestKernel, options: ScanNodeOptions = {}) {
    this.#kernel = kernel;
    const database = createMemoryDatabase({ clock: kernel.clock });
    this.space = openMemoryStore(database).space("scan");
    this.scans = new Scans(this.space, kernel.clock);
    const unanswered = (): StoreError => new StoreError("deadline", "no answer", { retryable: true });
    const carry: Carry = async (run) => {
      if (this.store === "hung") await new Promise<void>((resolve) => this.#hung.push(resolve));
      if (this.store === "down") throw unanswered();
      const output = await Promise.resolve(run());
      if (this.store === "mute") throw unanswered();
      return output;
    };
    const { subtasks = 1, templates = 1 } = options;
    const cut: ScanEngine["decompose"] = () =>
      Promise.resolve(
        Array.from({ length: subtasks }, (_, index) => ({
          templates: Array.from({ length: templates }, (__, at) => (templates === 1 ? `t${index}` : `t${index}-${at}`)),
          requests: templates,
        })),
      );
    const decompose = options.decompose ?? cut;
    kernel.system.spawn(
      scanProps({
        space: openMemoryStore(database, carry).space("scan"),
        engine: {
          decompose: (task) => {
            this.begun.push({ target: task.target, atMs: kernel.clock.monotonicMs() });
            return decompose(task);
          },
          split: (subtask) => Promise.resolve(subtask.templates.map((id) => ({ templates: [id], requests: 1 }))),
          run: (subtask, run) => this.#run(subtask, run),
        },
        settings: { ...settings, ...options.settings },
        owner: "node",
        notify: (event) => this.events.push(event),
      }),
      "scan",
    );
  }

  async submit(id: string, priority?: number): Promise<void> {
    await new BundleStore(this.space, this.#kernel.clock).put(bundle, new Uint8Array());
    await this.scans.submit(id, specOf(id), priority);
  }

  /** Submits a scan and lets the actors do what they can without more time than it takes to begin. */
  async begin(id = "a"): Promise<void> {
    await this.submit(id);
    await this.#kernel.advance(settings.extractIntervalMs * 2);
  }

  /** From now on the store answers like this, also the calls that hang. */
  thaw(store: "up" | "down"): void {
    this.store = store;
    for (const go of this.#hung.splice(0)) go();
  }

  /** The run at a place in the order of starts. */
  run(at: number): ScriptedRun {
    const run = this.runs[at];
    if (run === undefined) throw new Error(`only ${this.runs.length} runs were started`);
    return run;
  }

  /** Ends the run and lets the actors do what follows at once. */
  async finish(at: number, findings?: SubtaskOutcome["findings"]): Promise<void> {
    this.run(at).finish(findings);
    await this.#kernel.settle();
  }

  async fail(at: number, message: string): Promise<void> {
    this.run(at).fail(message);
    await this.#kernel.settle();
  }

  #run(subtask: ScanSubtask, { signal }: RunOptions): Promise<SubtaskOutcome> {
    return new Promise((resolve, reject) => {
      this.runs.push({
        subtask,
        signal,
        finish: (findings = []) =>
          resolve({
            findings,
            droppedFindings: 0,
            requests: { planned: 1, sent: 1, failed: 0, skipped: 0, unneeded: 0 },
            problems: [],
          }),
        fail: (message) => reject(new Error(message)),
        failWith: reject,
      });
    });
  }
}
