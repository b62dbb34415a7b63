import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { StartThread } from "../../src/store/embedded/index.ts";
import { ManualClock } from "./manual-clock.ts";

const extension = extname(import.meta.url);

/** Starts a thread from a file without its extension: that of a TypeScript file has to load tsx by itself. */
const startThread = (file: string, workerData: unknown): Worker => {
  const url = new URL(`${file}${extension}`, import.meta.url);
  if (extension === ".js") return new Worker(url, { workerData });
  const entry = JSON.stringify(url.href);
  const code = `import("tsx/esm/api").then((tsx) => { tsx.register(); return import(${entry}); })`;
  return new Worker(code, { eval: true, workerData });
};

/** Starts a store thread with the clock of the machine. */
export const startStoreThread: StartThread = (settings) => startThread("../../src/bin/store-thread", settings);

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
    startThread("./shared-clock-store-thread", { settings, time: this.#time });
}
