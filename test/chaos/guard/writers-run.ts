import { mkdtempSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom, type Random } from "../../../src/base/random.ts";
import { until } from "../../support/until.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { writeTable } from "./accesses.ts";
import { CountedRows } from "./counted-rows.ts";
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

/** One of the four is undisturbed, one is killed over and over, two are frozen. */
const stopsOfRound = 2;
const slots = stopsOfRound + 2;
const calmMs = 1_500;
const longestLifeMs = 60;
const killedWhileFrozen = 0.2;
const endMs = 30_000;

/**
 * Four front ends' processes check accesses into one folder. In each round two of them are stopped in the middle of what they do, another is killed
 * again and again, and the last one must not notice. What was lost or counted twice is judged by what each process wrote down.
 */
export const writersRun = async (options: WritersRunOptions): Promise<WritersRunResult> => {
  const run = new WritersRun(options);
  try {
    return await run.run();
  } finally {
    await run.end();
  }
};

class WritersRun {
  readonly #options: WritersRunOptions;
  readonly #random: Random;
  readonly #shared = mkdtempSync("/dev/shm/garrison-chaos-writers-");
  readonly #ledgers = tempDir("chaos-writers");
  readonly #rows: CountedRows;
  readonly #writers: Writer[] = [];
  readonly #over: Writer[] = [];
  readonly #rounds: WritersRound[] = [];
  readonly #violations: string[] = [];
  #names = 0;
  #stops = 0;

  constructor(options: WritersRunOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    writeTable(this.#shared);
    this.#rows = new CountedRows(this.#shared);
  }

  async run(): Promise<WritersRunResult> {
    const { kills, stops, say } = this.#options;
    const startMs = performance.now();
    const rounds = Math.ceil(stops / stopsOfRound);
    for (let slot = 0; slot < slots; slot += 1) this.#writers.push(await this.#start());
    for (let round = 0; round < rounds && this.#violations.length === 0; round += 1) {
      const killed = this.#over.filter((writer) => writer.killed).length;
      await this.#round(Math.max(0, Math.ceil((kills * (round + 1)) / rounds) - killed));
      say(`round ${round + 1} of ${rounds}, ${this.#over.length} writers over`);
    }
    const lives = await this.#lives();
    return resultOf({
      seconds: Math.round((performance.now() - startMs) / 1_000),
      stops: this.#stops,
      lives,
      rounds: this.#rounds,
      rows: this.#rows,
      violations: this.#violations,
    });
  }

  async end(): Promise<void> {
    this.#rows.end();
    for (const writer of this.#writers) await writer.kill();
    rmSync(this.#shared, { recursive: true, force: true });
    this.#ledgers.remove();
  }

  async #start(): Promise<Writer> {
    this.#names += 1;
    return Writer.start(this.#shared, this.#ledgers.path, `w${this.#names}`);
  }

  async #round(kills: number): Promise<void> {
    const [observed = 0, victim = 0, ...frozen] = this.#shuffled();
    const observer = this.#at(observed);
    for (const slot of frozen) this.#at(slot).tell("rest");
    await observer.report();
    await pause(calmMs);
    const calm = await observer.report();
    for (const slot of frozen) this.#at(slot).tell("go");
    await Promise.all([this.#kill(victim, kills), ...frozen.map((slot) => this.#freeze(slot))]);
    const disturbed = await observer.report();
    if (calm !== undefined && disturbed !== undefined) this.#rounds.push({ calm, disturbed });
    else this.#violations.push(`${observer.name} answered nothing for ten seconds: it waits for another writer`);
  }

  async #kill(slot: number, kills: number): Promise<void> {
    for (let left = kills; left > 0; left -= 1) {
      await pause(this.#random.next() * longestLifeMs);
      await this.#killNow(slot);
    }
  }

  async #freeze(slot: number): Promise<void> {
    await pause(this.#random.next() * longestLifeMs);
    this.#at(slot).signal("SIGSTOP");
    this.#stops += 1;
    await pause(this.#options.stopMs);
    if (this.#random.next() < killedWhileFrozen) await this.#killNow(slot);
    else this.#at(slot).signal("SIGCONT");
  }

  async #killNow(slot: number): Promise<void> {
    const writer = this.#at(slot);
    await writer.kill();
    this.#over.push(writer);
    this.#writers[slot] = await this.#start();
  }

  /** Ends those that still live, in order, and reads all that there is. */
  async #lives(): Promise<readonly WriterLife[]> {
    for (const writer of this.#writers.splice(0)) {
      this.#over.push(writer);
      await writer.end().catch(() => writer.kill());
    }
    await until(
      () => {
        this.#rows.read();
        return !this.#rows.hasRest;
      },
      () => "the queue is never read to its end",
      endMs,
    );
    return this.#over.map((writer) => {
      const { name, killed, ledger } = writer;
      return { name, killed, ledger, counted: this.#rows.of(name) };
    });
  }

  #at(slot: number): Writer {
    const writer = this.#writers[slot];
    if (writer === undefined) throw new Error(`there is no writer ${slot}`);
    return writer;
  }

  #shuffled(): readonly number[] {
    const order: number[] = [];
    for (let slot = 0; slot < slots; slot += 1) order.splice(this.#random.below(slot + 1), 0, slot);
    return order;
  }
}
