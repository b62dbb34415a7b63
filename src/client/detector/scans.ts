import { asError } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { DetectionEngine, ScanFailure } from "../../engines/malware/index.ts";
import type { AssignedTask, TaskResult } from "../../wire/index.ts";
import { boundedResult } from "./bounded-result.ts";
import { DetectorError } from "./errors.ts";
import { executionKey } from "./execution-key.ts";
import type { ObjectFiles } from "./object-files.ts";
import { scanInOneVersion, versionsOf, type Scanned } from "./scan-in-one-version.ts";

/** An engine has so long to end a scan whose time is over. */
const hungMs = 10_000;

export interface ScansSetup {
  readonly engine: DetectionEngine;
  readonly objects: Pick<ObjectFiles, "file">;
  readonly clock: Clock;
  readonly scanTimeoutMs: number;
  /** Takes each result. */
  readonly onResult: (result: TaskResult, task: AssignedTask) => void;
  /** The engine does not let go of a scan: nothing can be done with it any more. */
  readonly onHung: (error: DetectorError) => void;
}

/** A task that waits or is scanned. */
interface HeldTask {
  readonly task: AssignedTask;
  /** After that nobody waits for its result. */
  readonly untilMs: number;
  /** It came again while it was scanned. Its object may have been taken away meanwhile: an error says nothing of the one that came again. */
  isOutdated: boolean;
}

/** Scans the tasks of a detector, as many at once as its engine can, in the order in which they came. */
export class Scans {
  readonly #setup: ScansSetup;
  #waiting: readonly HeldTask[] = [];
  readonly #running = new Map<HeldTask, Promise<void>>();
  readonly #stopped = new AbortController();

  constructor(setup: ScansSetup) {
    this.#setup = setup;
  }

  /** Those that wait or are scanned. */
  get size(): number {
    return this.#waiting.length + this.#running.size;
  }

  add(tasks: readonly AssignedTask[]): void {
    const nowMs = this.#setup.clock.monotonicMs();
    const again = new Set(tasks.map(executionKey));
    for (const held of this.#running.keys()) held.isOutdated ||= again.has(executionKey(held.task));
    this.#waiting = [
      ...this.#waiting.filter(({ task }) => !again.has(executionKey(task))),
      ...tasks.map((task) => ({ task, untilMs: nowMs + task.leftMs, isOutdated: false })),
    ];
    this.#start();
  }

  /** Forgets those that wait. Resolves when those under way have ended, which they have to within `graceMs`. */
  async end(graceMs: number): Promise<void> {
    this.#waiting = [];
    const timer = this.#setup.clock.after(graceMs, () => this.#stopped.abort());
    await Promise.all(this.#running.values());
    timer.cancel();
  }

  #start(): void {
    while (this.#running.size < this.#setup.engine.capacity) {
      const [next, ...rest] = this.#waiting;
      if (next === undefined) return;
      this.#waiting = rest;
      const scan = this.#scan(next).finally(() => {
        this.#running.delete(next);
        this.#start();
      });
      this.#running.set(next, scan);
    }
  }

  /** Never rejects. What was ended by the end of the detector is not reported: it says nothing of the object. */
  async #scan(held: HeldTask): Promise<void> {
    const { task, untilMs } = held;
    const { clock, scanTimeoutMs, onResult } = this.#setup;
    const startedMs = clock.monotonicMs();
    const over = new AbortController();
    const timer = clock.after(Math.min(untilMs - startedMs, scanTimeoutMs), () => over.abort());
    const scanned = await this.#within(task, over.signal, AbortSignal.any([over.signal, this.#stopped.signal]));
    timer.cancel();
    if (scanned === undefined || (held.isOutdated && scanned.result.outcome === "error")) return;
    const { taskId, kind, nth } = task;
    const tookMs = Math.max(0, clock.monotonicMs() - startedMs);
    onResult({ taskId, kind, nth, result: boundedResult(scanned.result), tookMs, madeWith: scanned.madeWith }, task);
  }

  /** @returns undefined: the detector ended before */
  async #within(task: AssignedTask, over: AbortSignal, signal: AbortSignal): Promise<Scanned | undefined> {
    const { clock, onHung } = this.#setup;
    let cancel: () => void = () => undefined;
    const hung = new Promise<undefined>((resolve) => {
      const watch = (): void => {
        const timer = clock.after(hungMs, () => {
          onHung(new DetectorError("hung", `the engine did not end the scan of ${task.object.sha256} in its time`));
          resolve(undefined);
        });
        cancel = () => timer.cancel();
      };
      if (signal.aborted) watch();
      else {
        signal.addEventListener("abort", watch, { once: true });
        cancel = () => signal.removeEventListener("abort", watch);
      }
    });
    const scanned = await Promise.race([this.#scanned(task, signal), hung]);
    cancel();
    if (over.aborted) return this.#failed("timeout", "not scanned in time");
    return signal.aborted ? undefined : scanned;
  }

  async #scanned(task: AssignedTask, signal: AbortSignal): Promise<Scanned> {
    const { engine, objects } = this.#setup;
    const { sha256, size } = task.object;
    let file;
    try {
      file = await objects.file(task.object, signal);
    } catch (error) {
      return this.#failed("missing-object", asError(error).message);
    }
    try {
      return await scanInOneVersion(engine, { sha256, size, path: file.path, taskType: task.taskType }, signal);
    } finally {
      await file.release();
    }
  }

  #failed(failure: ScanFailure, message: string): Scanned {
    return { result: { outcome: "error", failure, message }, madeWith: versionsOf(this.#setup.engine) };
  }
}
