import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../support/until.ts";
import type { Writer } from "./writer.ts";

const takeMs = 60_000;
/** On a busy machine a start takes longer than the time to the next one. */
const mostStarting = 4;

/**
 * Writers that wait to take the place of killed ones. They are started at a steady pace, whether one was killed or not: what a start
 * takes of the machine is then the same in calm and in disturbed times.
 */
export class SpareWriters {
  readonly #start: () => Promise<Writer>;
  readonly #everyMs: number;
  readonly #most: number;
  readonly #ready: Writer[] = [];
  readonly #starting = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  readonly #filling: Promise<void>;
  #failure: unknown;

  /** @param most that wait at once */
  constructor(start: () => Promise<Writer>, everyMs: number, most: number) {
    [this.#start, this.#everyMs, this.#most] = [start, everyMs, most];
    this.#filling = this.#fill();
  }

  /** @throws when none could be started */
  async take(): Promise<Writer> {
    for (;;) {
      await until(
        () => this.#failure !== undefined || this.#ready.length > 0,
        () => "no writer is there to take the place of one that was killed",
        takeMs,
      );
      if (this.#failure !== undefined) throw new Error("no writer can be started", { cause: this.#failure });
      const writer = this.#ready.shift();
      // Otherwise another caller was quicker.
      if (writer !== undefined) return writer;
    }
  }

  async end(): Promise<void> {
    this.#failure ??= new Error("the run is over");
    this.#ending.abort();
    await this.#filling;
    await Promise.all(this.#ready.splice(0).map((writer) => writer.kill()));
  }

  async #fill(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const due = this.#starting.size < mostStarting && this.#starting.size + this.#ready.length < this.#most;
      if (due) this.#startOne();
      await pause(this.#everyMs);
    }
    await Promise.all(this.#starting);
  }

  #startOne(): void {
    const starting = this.#start()
      .then(
        (writer) => void this.#ready.push(writer),
        (error: unknown) => void (this.#failure ??= error),
      )
      .finally(() => this.#starting.delete(starting));
    this.#starting.add(starting);
  }
}
