import { tmpdir } from "node:os";
import { systemClock, type Clock } from "../../base/clock.ts";
import { inTime } from "../../base/in-time.ts";
import { pause } from "../../base/pause.ts";
import { systemRandom } from "../../base/random.ts";
import type { DetectionEngine } from "../../engines/malware/index.ts";
import { ClientError } from "../errors.ts";
import { isSocketPath } from "../socket-path.ts";
import { Bell } from "./bell.ts";
import { ClaimSize } from "./claim-size.ts";
import { DetectorError } from "./errors.ts";
import { ObjectFiles } from "./object-files.ts";
import type { DetectorOptions } from "./options.ts";
import { RelayCalls } from "./relay-calls.ts";
import { ResultOutbox } from "./result-outbox.ts";
import { Scans } from "./scans.ts";

/** How long a claim waits for a first task. */
const claimWaitMs = 5_000;
/** An answer without a task that came at once is not asked for again at once. */
const emptyMs = 100;
const firstPauseMs = 100;
const longestPauseMs = 2_000;
/** How long results may take to reach the relay at the end. */
const flushMs = 2_000;
/** Heartbeats in a row that tell the relay that what was delivered before never arrived. */
const emptyHeartbeats = 2;
/** Of a claim: nothing was delivered, or to a life of the relay that is over. */
const nothingDelivered: ReadonlySet<ClientError["code"]> = new Set(["not-found", "unavailable"]);

/** A detector between its engine and the relay of its host. */
class Detector {
  readonly #options: DetectorOptions;
  readonly #clock: Clock;
  readonly #calls: RelayCalls;
  readonly #scans: Scans;
  readonly #outbox: ResultOutbox;
  readonly #size: ClaimSize;
  /** Something has changed: the relay knows the detector or has forgotten it, or a task was ended. */
  readonly #bell = new Bell();
  /** Aborted when nothing is to be claimed any more. */
  readonly #ending = new AbortController();
  /** Undefined until the relay has answered, or failed to, for the first time. */
  #known: boolean | undefined;
  /** Nothing is claimed before so many heartbeats have said that the detector has nothing: an answer with tasks may be lost. */
  #emptyToTell = 0;
  #hung: DetectorError | undefined;

  constructor(options: DetectorOptions) {
    const { engine, scanTimeoutMs = 120_000, folder = tmpdir(), random = systemRandom, clock = systemClock } = options;
    const detector = options.name ?? `${engine.describe().kind}-${process.pid}`;
    checkOptions(options, detector);
    this.#options = options;
    this.#clock = clock;
    this.#calls = new RelayCalls(options.socket, { detector, incarnation: random.id() }, clock);
    this.#size = new ClaimSize(engine.capacity);
    this.#outbox = new ResultOutbox({
      calls: this.#calls,
      clock,
      onGone: () => this.#bell.ring(),
      onFailure: (error) => this.#lost(error),
      onRefused: (results, error) => options.notify?.({ type: "refused", results, error }),
    });
    this.#scans = new Scans({
      engine,
      objects: new ObjectFiles(this.#calls, folder),
      clock,
      scanTimeoutMs,
      onResult: (result, { object }) => {
        const { taskId, tookMs } = result;
        this.#size.scanned(tookMs);
        this.#outbox.add(result);
        options.notify?.({ type: "scanned", taskId, sha256: object.sha256, result: result.result, tookMs });
      },
      onHung: (error) => {
        this.#hung = error;
        this.#ending.abort();
      },
    });
  }

  /** @throws DetectorError `hung`; what the engine fails of when it is closed */
  async run(): Promise<void> {
    const { signal, graceMs = 5_000, engine } = this.#options;
    const ending = AbortSignal.any([signal, this.#ending.signal]);
    const over = new AbortController();
    const loops = [this.#heartbeats(over.signal), this.#claims(ending), this.#outbox.run(over.signal)];
    try {
      await Promise.race([aborted(ending), ...loops]);
      await this.#scans.end(graceMs);
      await this.#flushed();
    } finally {
      this.#ending.abort();
      over.abort();
      this.#calls.close();
      await this.#closed(engine, loops);
    }
    if (this.#hung !== undefined) throw this.#hung;
  }

  /** An engine that does not let go of a scan may not close either. */
  async #closed(engine: DetectionEngine, loops: readonly Promise<void>[]): Promise<void> {
    const { closeMs = 5_000 } = this.#options;
    const { kind } = engine.describe();
    await inTime(this.#clock, closeMs, Promise.all([...loops, engine.close()]), () => {
      const message = `the engine of ${kind} was not closed within ${closeMs} ms: its process has to be ended`;
      return this.#hung ?? new DetectorError("hung", message);
    });
  }

  get #held(): number {
    return this.#scans.size + this.#outbox.size;
  }

  async #heartbeats(signal: AbortSignal): Promise<void> {
    const { engine, notify } = this.#options;
    let pauseMs = firstPauseMs;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      let waitMs: number;
      // What is said before an answer was lost tells nothing of that one.
      const toTell = this.#emptyToTell;
      try {
        const request = {
          description: engine.describe(),
          capacity: engine.capacity,
          load: this.#held,
          pid: process.pid,
        };
        ({ heartbeatMs: waitMs } = await this.#calls.heartbeat(request, signal));
        pauseMs = firstPauseMs;
        if (this.#known !== true) notify?.({ type: "connected" });
        this.#known = true;
        if (request.load === 0 && toTell > 0) this.#emptyToTell = toTell - 1;
        this.#bell.ring();
      } catch (error) {
        if (isOver()) return;
        this.#lost(error);
        waitMs = pauseMs;
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
      await this.#pauseWhileKnown(waitMs, signal);
    }
  }

  /** A relay that has forgotten the detector is told of it again soon. */
  async #pauseWhileKnown(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const either = AbortSignal.any([signal, woken.signal]);
    const watch = async (): Promise<void> => {
      while (this.#known === true && !either.aborted) await this.#bell.next(either);
      if (!either.aborted) await pause(this.#clock, firstPauseMs, either);
      woken.abort();
    };
    const watching = this.#known === true ? watch() : Promise.resolve();
    await pause(this.#clock, ms, either);
    woken.abort();
    await watching;
  }

  async #claims(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      const mayClaim = this.#known === true && this.#emptyToTell === 0;
      const wants = mayClaim ? this.#size.wants(this.#held, this.#options.engine.describe().taskTypes) : [];
      if (wants.length === 0) {
        await this.#bell.next(signal);
        continue;
      }
      try {
        const askedMs = this.#clock.monotonicMs();
        const tasks = await this.#calls.claim(wants, claimWaitMs, signal);
        this.#outbox.forgetErrors(tasks);
        this.#scans.add(tasks);
        const wasAtOnce = this.#clock.monotonicMs() - askedMs < emptyMs;
        if (tasks.length === 0 && wasAtOnce) await pause(this.#clock, emptyMs, signal);
      } catch (error) {
        if (isOver()) return;
        if (error instanceof ClientError && !nothingDelivered.has(error.code)) this.#emptyToTell = emptyHeartbeats;
        this.#lost(error);
      }
    }
  }

  async #flushed(): Promise<void> {
    const over = new AbortController();
    const timer = this.#clock.after(flushMs, () => over.abort());
    await this.#outbox.emptied(over.signal);
    timer.cancel();
  }

  #lost(error: unknown): void {
    if (!(error instanceof ClientError)) throw error;
    if (this.#known !== false) this.#options.notify?.({ type: "disconnected", error });
    this.#known = false;
    this.#bell.ring();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

const checkOptions = ({ socket, engine }: DetectorOptions, name: string): void => {
  const refuse = (what: string): DetectorError => new DetectorError("invalid", what);
  if (!isSocketPath(socket)) throw refuse("socket: use an absolute path of at most 107 bytes");
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw refuse("name: use 1 … 64 letters, digits, dots, hyphens and underscores, a letter or digit first");
  }
  if (!Number.isInteger(engine.capacity) || engine.capacity < 1 || engine.capacity > 1_024) {
    throw refuse("engine.capacity: use 1 … 1,024");
  }
};

/**
 * Runs a detector: makes it known to the relay of its host, claims tasks, has the engine scan them and reports what it says. A relay that is
 * not there, or goes away, is tried again until the detector ends. Resolves when `signal` is aborted and what was under way is reported
 * or given up; the engine is closed then. Holds at most 256 tasks, or as many as the engine scans at once.
 *
 * @throws DetectorError `invalid`; `hung`: the process has to be ended, its engine does not let go of a scan, or does not close
 */
export const runDetector = async (options: DetectorOptions): Promise<void> => new Detector(options).run();
