import { Worker } from "node:worker_threads";
import type { StartThread } from "../../src/store/embedded/index.ts";
import { ManualClock } from "./manual-clock.ts";

/** Starts a thread from a TypeScript file: a thread has to load tsx by itself. */
const startThread = (file: string, workerData: unknown): Worker => {
  const entry = JSON.stringify(new URL(file, import.meta.url).href);
  const code = `import("tsx/esm/api").then((tsx) => { tsx.register(); return import(${entry}); })`;
  return new Worker(code, { eval: true, workerData });
};

/** Starts a store thread with the clock of the machine. */
export const startStoreThread: StartThread = (settings) => startThread("../../src/bin/store-thread.ts", settings);

/** A manual clock that store threads can read too. */
export class SharedClock extends ManualClock {
  readonly #time = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));

  constructor() {
    super();
    this.#time[0] = this.monotonicMs();
  }

  override advance(ms: number): void {
    super.advance(ms);
    this.#time[0] = this.monotonicMs();
  }

  /** Starts store threads that live in the time of this clock. */
  readonly startStoreThread: StartThread = (settings) =>
    startThread("./shared-clock-store-thread.ts", { settings, time: this.#time });
}
