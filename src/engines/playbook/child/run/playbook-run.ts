import { createHash } from "node:crypto";
import type { Clock, Timer } from "../../../../base/clock.ts";
import { seededRandom } from "../../../../base/random.ts";
import type { Json } from "../../../../base/json.ts";
import { playbookBounds } from "../../playbook.ts";
import type { FromChild, ToChild } from "../../protocol/messages.ts";
import { checkValue } from "../../protocol/values.ts";
import type { ActionHandle, Run, RunSummary } from "../../sdk/run.ts";
import { logLine } from "../log-line.ts";
import type { LoadedPlaybook } from "../module/load-playbook.ts";
import { messageOf, stackOf } from "../text.ts";
import type { ActionThreads } from "../threads/thread-pool.ts";
import { Handle } from "./handle.ts";
import { all, join } from "./join.ts";
import { OpenWork } from "./open-work.ts";
import { NotDeterministic, Replay } from "./replay.ts";
import type { RunLog } from "./run-log.ts";
import { Steps } from "./steps.ts";

/** The last thing that a run says. */
export type Conclusion = Extract<FromChild, { readonly type: "done" | "skipped" | "failed" }>;
type Failure = Extract<Conclusion, { readonly type: "failed" }>;

export interface RunSettings {
  readonly load: Extract<ToChild, { readonly type: "load" }>;
  readonly playbook: LoadedPlaybook;
  readonly threads: ActionThreads;
  readonly log: RunLog;
  readonly clock: Clock;
  readonly tell: (message: FromChild) => void;
}

/** How long a playbook that goes on may take to start again what it had started, when nothing of it runs that could do so. */
const longestWaitMs = 5_000;

/** A seed for `random()` that every execution of the run has. */
const seedOf = (runId: string): number => createHash("sha256").update(runId).digest().readUInt32BE(0);

/** Executes a playbook: filters, `onStart`, all that follows from it, `onFinish`. */
export class PlaybookRun {
  readonly #settings: RunSettings;
  readonly #replay: Replay;
  readonly #steps: Steps;
  /** Callbacks of the playbook that have not settled. */
  readonly #callbacks = new OpenWork();
  readonly #cancelled = new AbortController();
  readonly #run: Run;
  #failure: Failure | undefined;
  readonly #failed: Promise<void>;
  #tellFailed: () => void = () => undefined;
  #waiting: Timer | undefined;

  constructor(settings: RunSettings) {
    this.#settings = settings;
    const { load, playbook, threads, tell } = settings;
    this.#replay = new Replay(load.journal);
    this.#failed = new Promise((resolve) => {
      this.#tellFailed = resolve;
    });
    this.#steps = new Steps({
      actions: playbook.actions,
      actionTimeoutMs: load.actionTimeoutMs,
      replay: this.#replay,
      threads,
      tell,
      call: (callback) => void this.#call(callback),
      waits: () => this.#watchWait(),
    });
    this.#run = this.#offer();
  }

  /** What it says last. Every action has ended then, and how is kept. Never rejects. */
  async execute(): Promise<Conclusion> {
    const conclusion = await this.#conclude().catch((thrown: unknown) => this.#refuse("threw", stackOf(thrown)));
    await this.#steps.unfinished.none();
    return conclusion;
  }

  startsKept(upTo: number): void {
    this.#steps.startsKept(upTo);
  }

  endsKept(ns: readonly number[]): void {
    this.#steps.endsKept(ns);
  }

  /** Aborts the signals of the run and of its actions. */
  cancel(): void {
    const reason = "the run is cancelled";
    this.#cancelled.abort(new DOMException(reason, "AbortError"));
    this.#settings.threads.abort(reason);
  }

  /** Something that nobody caught: the run fails. */
  readonly uncaught = (thrown: unknown): void => {
    this.#refuse("threw", stackOf(thrown));
  };

  async #conclude(): Promise<Conclusion> {
    const { load, playbook } = this.#settings;
    // They were true before the first step was started.
    const filters = load.journal.length === 0 ? playbook.filters : [];
    for (const [filter, holds] of filters) {
      if (!(await holds(load.event))) return this.#failure ?? { type: "skipped", filter };
    }
    const output = await this.#stage(() => playbook.onStart(load.event, this.#run));
    if (this.#failure !== undefined) return this.#failure;
    const { onFinish } = playbook;
    const result =
      onFinish === undefined ? output : await this.#stage(() => onFinish(this.#summaryOf(output), this.#run));
    return this.#failureOr(result);
  }

  /** Calls something of the playbook and waits for it and all that follows from it, or for a failure. */
  async #stage(work: () => unknown): Promise<unknown> {
    let output: unknown;
    const worked = this.#call(async () => {
      output = await work();
    });
    await Promise.race([worked, this.#failed]);
    await Promise.race([this.#quiet(), this.#failed]);
    return output;
  }

  async #quiet(): Promise<void> {
    while (this.#steps.unheard.any || this.#callbacks.any) {
      await this.#steps.unheard.none();
      await this.#callbacks.none();
    }
  }

  async #call(callback: () => unknown): Promise<void> {
    this.#callbacks.begin();
    try {
      const given = callback();
      // An action that a callback starts in one expression is a step like any other: it may fail without anybody who awaits it.
      if (!(given instanceof Handle)) await given;
    } catch (thrown) {
      this.#refuse("threw", stackOf(thrown));
    } finally {
      this.#callbacks.end();
    }
  }

  /** Ends the run as failed, unless it has failed before. What runs ends first; nothing more begins. */
  #refuse(reason: Failure["reason"], message: string): Failure {
    this.#failure ??= { type: "failed", reason, message };
    this.#steps.stop();
    this.#tellFailed();
    return this.#failure;
  }

  /** A playbook that does not start again what it had started hears of nothing more: it should not end by its deadline only. */
  #watchWait(): void {
    const started = this.#steps.handles.length;
    this.#waiting?.cancel();
    this.#waiting = this.#settings.clock.after(
      longestWaitMs,
      () => {
        const missing = this.#replay.missing(this.#steps.handles.length);
        if (missing === undefined || this.#steps.handles.length !== started) return;
        const step = `step ${missing.n} (${missing.name}) was started before and not now`;
        if (!this.#callbacks.any) this.#refuse("not-deterministic", step);
        else this.#log("warn", `${step}: the run waits for it`);
      },
      true,
    );
  }

  #log(level: unknown, text: unknown): void {
    const { log, clock } = this.#settings;
    log.add(logLine(clock.wallMs(), level, text));
  }

  #failureOr(result: unknown): Conclusion {
    if (this.#failure !== undefined) return this.#failure;
    const missing = this.#replay.missing(this.#steps.handles.length);
    if (missing !== undefined) {
      return this.#refuse("not-deterministic", `step ${missing.n} (${missing.name}) was started before and not now`);
    }
    const checked = checkValue(result);
    if ("value" in checked) return { type: "done", output: checked.value };
    const reason = checked.problem.code === "too-large" ? "too-large" : "threw";
    return this.#refuse(reason, `the output of the run: ${checked.problem.message}`);
  }

  #act(name: unknown, input: unknown): ActionHandle<Json> {
    if (this.#steps.handles.length === playbookBounds.steps) {
      const message = `a run has at most ${playbookBounds.steps} steps`;
      this.#refuse("too-large", message);
      throw new RangeError(message);
    }
    try {
      return this.#steps.start(name, input);
    } catch (thrown) {
      if (thrown instanceof NotDeterministic) this.#refuse("not-deterministic", messageOf(thrown));
      throw thrown;
    }
  }

  /** What the playbook has in its hands. */
  #offer(): Run {
    const { load } = this.#settings;
    const random = seededRandom(seedOf(load.runId));
    return Object.freeze({
      id: load.runId,
      event: load.event,
      startedAtMs: load.startedAtMs,
      signal: this.#cancelled.signal,
      act: (name: unknown, input: unknown) => this.#act(name, input),
      join,
      all,
      random: () => random.next(),
      log: (level: unknown, text: unknown) => this.#log(level, text),
    });
  }

  #summaryOf(output: unknown): RunSummary {
    const steps = this.#steps.handles.flatMap(({ step, action, outcome }) =>
      outcome === undefined ? [] : [{ step, action, outcome }],
    );
    const done = steps.filter(({ outcome }) => outcome.state === "done").length;
    return { output, steps, done, failed: steps.length - done };
  }
}
