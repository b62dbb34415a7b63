import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pauseFor } from "node:timers/promises";
import { seededRandom, type Random } from "../../../src/base/random.ts";
import { until } from "../../support/until.ts";
import { writeTable } from "./accesses.ts";
import { CountedRows } from "./counted-rows.ts";
import { SpareWriters } from "./spare-writers.ts";
import { untilSignal } from "./until-signal.ts";
import { Writer } from "./writer.ts";
import type { WriterLife } from "./writers-judge.ts";
import { resultOf, type WritersRound, type WritersRunResult } from "./writers-result.ts";

export interface WritersRunOptions {
  readonly kills: number;
  readonly stops: number;
  readonly stopMs: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

const [frozenAtOnce, victimsAtOnce] = [4, 2];
/** Of the time for which others are frozen. */
const calmShare = 0.5;
/** At work without a pause before it is killed or frozen. */
const longestSprintMs = 20;
const killedWhileFrozen = 0.2;
const endMs = 30_000;

/**
 * Seven front ends' processes check accesses into one folder, each as many a second. In each round all work undisturbed for a while; then four are
 * stopped in the middle of what they do and two are killed again and again, and the last one, which is always the same, must not notice. What was
 * lost or counted twice is judged by what each process wrote down.
 */
export const writersRun = (options: WritersRunOptions): Promise<WritersRunResult> =>
  untilSignal(async (signal) => {
    const folder = mkdtempSync("/dev/shm/garrison-chaos-writers-");
    try {
      const run = new WritersRun(options, folder, signal);
      try {
        return await run.run();
      } finally {
        await run.end();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

class WritersRun {
  readonly #options: WritersRunOptions;
  readonly #random: Random;
  readonly #signal: AbortSignal;
  readonly #shared: string;
  readonly #ledgers: string;
  readonly #rows: CountedRows;
  readonly #spares: SpareWriters;
  /** The first one is never disturbed. */
  readonly #writers: Writer[] = [];
  readonly #over: Writer[] = [];
  readonly #rounds: WritersRound[] = [];
  readonly #violations: string[] = [];
  #names = 0;
  #stops = 0;

  constructor(options: WritersRunOptions, folder: string, signal: AbortSignal) {
    [this.#options, this.#signal] = [options, signal];
    this.#random = seededRandom(options.seed);
    [this.#shared, this.#ledgers] = [join(folder, "shared"), join(folder, "ledgers")];
    for (const path of [this.#shared, this.#ledgers]) mkdirSync(path, { mode: 0o700 });
    writeTable(this.#shared);
    this.#rows = new CountedRows(this.#shared);
    const killsOfRound = Math.ceil(options.kills / this.#roundCount);
    const startEveryMs = (options.stopMs * (1 + calmShare)) / killsOfRound;
    this.#spares = new SpareWriters(() => this.#start(), startEveryMs, killsOfRound);
  }

  get #roundCount(): number {
    return Math.ceil(this.#options.stops / frozenAtOnce);
  }

  async run(): Promise<WritersRunResult> {
    const { kills, say } = this.#options;
    const beganMs = performance.now();
    for (let left = 1 + frozenAtOnce + victimsAtOnce; left > 0; left -= 1) this.#writers.push(await this.#begin());
    for (let round = 1; round <= this.#roundCount && this.#violations.length === 0; round += 1) {
      await this.#round(Math.max(0, Math.ceil((kills * round) / this.#roundCount) - this.#over.length));
      say(`round ${round} of ${this.#roundCount}, ${this.#over.length} writers over`);
    }
    const lives = await this.#lives();
    return resultOf({
      seconds: Math.round((performance.now() - beganMs) / 1_000),
      stops: this.#stops,
      lives,
      rounds: this.#rounds,
      rows: this.#rows,
      violations: this.#violations,
    });
  }

  async end(): Promise<void> {
    this.#rows.end();
    await this.#spares.end();
    await Promise.all(this.#writers.map((writer) => writer.kill()));
  }

  async #start(): Promise<Writer> {
    this.#names += 1;
    return Writer.start(this.#shared, this.#ledgers, `w${this.#names}`);
  }

  async #begin(): Promise<Writer> {
    const writer = await this.#spares.take();
    writer.send("go");
    return writer;
  }

  async #round(kills: number): Promise<void> {
    const observer = this.#at(0);
    await observer.report();
    await this.#pause(this.#options.stopMs * calmShare);
    const calm = await observer.report();
    const [first = 0, second = 0, ...frozen] = this.#shuffledOthers();
    const half = Math.floor(kills / victimsAtOnce);
    await Promise.all([
      this.#killAgain(first, half),
      this.#killAgain(second, kills - half),
      ...frozen.map((slot) => this.#freeze(slot)),
    ]);
    const disturbed = await observer.report();
    if (calm !== undefined && disturbed !== undefined) this.#rounds.push({ calm, disturbed });
    else this.#violations.push(`${observer.name} answered nothing for ten seconds: it waits for another writer`);
  }

  /** Over about the time for which others are frozen. */
  async #killAgain(slot: number, kills: number): Promise<void> {
    const meanMs = this.#options.stopMs / kills;
    for (let left = kills; left > 0; left -= 1) {
      await this.#pause(2 * this.#random.next() * meanMs);
      await this.#sprint(slot);
      await this.#kill(slot);
    }
  }

  async #freeze(slot: number): Promise<void> {
    await this.#sprint(slot);
    await this.#at(slot).freeze();
    this.#stops += 1;
    await this.#pause(this.#options.stopMs);
    if (this.#random.next() < killedWhileFrozen) return this.#kill(slot);
    this.#at(slot).thaw();
    this.#at(slot).send("go");
  }

  async #sprint(slot: number): Promise<void> {
    this.#at(slot).send("sprint");
    await this.#pause(this.#random.next() * longestSprintMs);
  }

  async #kill(slot: number): Promise<void> {
    const writer = this.#at(slot);
    await writer.kill();
    this.#over.push(writer);
    this.#writers[slot] = await this.#begin();
  }

  /** Ends those that still live, and reads all that there is. */
  async #lives(): Promise<readonly WriterLife[]> {
    await Promise.all(this.#writers.map((writer) => writer.end()));
    this.#over.push(...this.#writers.splice(0));
    await until(
      () => {
        this.#rows.read();
        return !this.#rows.hasRest;
      },
      () => "the queue is never read to its end",
      endMs,
    );
    return this.#over.map((writer) => {
      const { name, isKilled, ledger } = writer;
      return { name, isKilled, ledger, counted: this.#rows.of(name) };
    });
  }

  /** @throws when the run is to end */
  async #pause(ms: number): Promise<void> {
    await pauseFor(ms, undefined, { signal: this.#signal });
  }

  #at(slot: number): Writer {
    const writer = this.#writers[slot];
    if (writer === undefined) throw new Error(`there is no writer ${slot}`);
    return writer;
  }

  #shuffledOthers(): readonly number[] {
    const order: number[] = [];
    for (let slot = 1; slot < this.#writers.length; slot += 1) order.splice(this.#random.below(slot), 0, slot);
    return order;
  }
}
