import { nextTurn } from "../../../src/base/event-loop.ts";
import type { Random } from "../../../src/base/random.ts";
import { unreachable } from "../../../src/base/unreachable.ts";
import type { CacaoBundle } from "../../../src/engines/playbook/cacao/run/bundle.ts";
import type { PrepareCommand } from "../../../src/engines/playbook/cacao/run/prepare.ts";
import { CacaoExecution } from "../../../src/engines/playbook/child/cacao/cacao-execution.ts";
import type { Conclusion, Load } from "../../../src/engines/playbook/child/run/journaled-run.ts";
import { RunLog } from "../../../src/engines/playbook/child/run/run-log.ts";
import type { StepResult } from "../../../src/engines/playbook/journal.ts";
import type { FromChild } from "../../../src/engines/playbook/protocol/messages.ts";
import type { ManualClock } from "../manual-clock.ts";
import type { KeptRun } from "./kept-run.ts";
import { ProcessClock } from "./process-clock.ts";

/** How a command or a question ends: at once, after a time, or never by itself. */
export type Answer = StepResult | { readonly afterMs: number; readonly result: StepResult } | "open";

interface ProcessSetup {
  readonly load: Load;
  readonly bundle: CacaoBundle;
  readonly prepare: PrepareCommand;
  readonly kept: KeptRun;
  readonly clock: ManualClock;
  /** How many turns of the event loop everything takes; undefined: none. */
  readonly random: Random | undefined;
  /** Told when the start of a step by a person is kept. */
  readonly asked: (n: number) => void;
  /** Executes a step by a thread or the node. */
  readonly execute: (n: number) => Answer;
  /** Told when a step has had its effect. */
  readonly performed: (n: number, result: StepResult) => void;
  readonly logged: (text: string) => void;
  /** Told of each moment at which the process may be killed: before and after something is kept. True: it is. */
  readonly isKilled: () => boolean;
}

const aborted: StepResult = { state: "failed", error: { code: "aborted", message: "the playbook wants it no longer" } };
const mostTurns = 6;
/** Turns of the event loop without anything, after which nothing is to come. */
const idleTurns = 10;

/** One execution of a run, as a process and its node are: the real steps, journal and replay, in this process. */
export class RunProcess {
  readonly #setup: ProcessSetup;
  readonly #clock: ProcessClock;
  readonly #log: RunLog;
  readonly #execution: CacaoExecution;
  readonly #open = new Map<number, (result: StepResult) => void>();
  #isAlive = true;
  #kill: () => void = () => undefined;
  /** Things that happen after some turns. */
  #pending = 0;
  #happened = 0;
  #turns = 0;
  /** Over when the last message has arrived. */
  #told: Promise<void> = Promise.resolve();

  constructor(setup: ProcessSetup) {
    const { load, bundle, prepare, clock } = setup;
    this.#setup = setup;
    this.#clock = new ProcessClock(clock);
    this.#log = new RunLog((lines) => lines.forEach(({ text }) => setup.logged(text)), this.#clock);
    this.#execution = new CacaoExecution({
      load,
      bundle,
      prepare,
      clock: this.#clock,
      log: this.#log,
      tell: (message) => {
        this.#told = this.#later(() => this.#take(message), this.#told);
      },
      threads: {
        run: ({ n, timeoutMs, settled }) => this.#runOnThread(n, timeoutMs, settled),
        takeWaiting: () => [],
        abort: () => undefined,
        abortStep: (n) => this.#settle(n, aborted),
      },
    });
  }

  /** How it ended. Time goes on whenever nothing else can happen. */
  async execute(): Promise<Conclusion | { readonly type: "killed" }> {
    let end: Conclusion | { readonly type: "killed" } | undefined;
    const killed = new Promise<{ readonly type: "killed" }>((resolve) => {
      this.#kill = () => resolve({ type: "killed" });
    });
    void Promise.race([this.#execution.execute(), killed]).then((given) => {
      end = given;
    });
    for (;;) {
      await this.#quiet(() => end !== undefined);
      if (end !== undefined) break;
      const ms = this.#setup.clock.nextInMs;
      if (ms === undefined) throw new Error(`the run hangs: ${this.#state()}`);
      this.#setup.clock.advance(ms);
    }
    this.#isAlive = false;
    this.#log.flush();
    this.#clock.end();
    return end;
  }

  /** What a person says of a step. */
  answer(n: number, result: StepResult): void {
    void this.#later(() => this.#execution.settled(n, result));
  }

  /** Until nothing happens any more without time. */
  async #quiet(isOver: () => boolean): Promise<void> {
    // What is heard of the journal again takes a turn each and shows nowhere else.
    const replayed = this.#setup.load.journal.length + idleTurns;
    for (let idle = 0; !isOver() && (idle < idleTurns || this.#turns < replayed); idle += 1) {
      const before = this.#happened;
      await nextTurn();
      this.#turns += 1;
      if (this.#pending > 0 || this.#happened !== before) idle = 0;
    }
  }

  /** @param before what comes before it, however long it takes: messages of one process do not overtake each other */
  async #later(act: () => void, before?: Promise<void>): Promise<void> {
    const { random } = this.#setup;
    this.#pending += 1;
    await before;
    for (let turns = random?.below(mostTurns) ?? 0; turns > 0; turns -= 1) await nextTurn();
    this.#pending -= 1;
    this.#happened += 1;
    if (this.#isAlive) act();
  }

  #take(message: FromChild): void {
    const { kept, clock } = this.#setup;
    switch (message.type) {
      case "started":
        this.#commit(
          () => {
            kept.start(message.steps, clock.wallMs());
            for (const { n, by } of message.steps) if (by === "person") this.#setup.asked(n);
          },
          () => this.#execution.startsKept(message.steps.at(-1)?.n ?? 0),
        );
        return;
      case "ended":
        this.#commit(
          () => message.ends.forEach(({ n, result }) => kept.end(n, result)),
          () => this.#execution.endsKept(message.ends.map(({ n }) => n)),
        );
        return;
      case "run":
        this.#begin(message.n, (result) => this.#execution.settled(message.n, result));
        return;
      case "abort":
        this.#settle(message.n, aborted);
        return;
      case "ready":
      case "described":
      case "logged":
      case "stalled":
      case "waits":
      case "done":
      case "skipped":
      case "failed":
        throw new Error(`an execution says ${message.type} through its process only`);
      default:
        unreachable(message);
    }
  }

  #commit(keep: () => void, answer: () => void): void {
    if (this.#dies()) return;
    keep();
    if (!this.#dies()) void this.#later(answer);
  }

  #dies(): boolean {
    if (!this.#isAlive) return true;
    if (!this.#setup.isKilled()) return false;
    this.#isAlive = false;
    this.#kill();
    return true;
  }

  #runOnThread(n: number, timeoutMs: number, settled: (result: StepResult) => void): void {
    const message = `it took longer than ${timeoutMs} ms`;
    const timer = this.#clock.after(timeoutMs, () =>
      this.#settle(n, { state: "failed", error: { code: "timeout", message } }),
    );
    this.#begin(n, (result) => {
      timer.cancel();
      settled(result);
    });
  }

  #begin(n: number, settled: (result: StepResult) => void): void {
    if (!this.#isAlive) return;
    this.#open.set(n, (result) => void this.#later(() => settled(result)));
    const answer = this.#setup.execute(n);
    if (answer === "open") return;
    if ("afterMs" in answer) this.#clock.after(answer.afterMs, () => this.#perform(n, answer.result));
    else this.#perform(n, answer);
  }

  #settle(n: number, result: StepResult): void {
    const settled = this.#open.get(n);
    this.#open.delete(n);
    settled?.(result);
  }

  #perform(n: number, result: StepResult): void {
    if (!this.#open.has(n)) return;
    this.#setup.performed(n, result);
    this.#settle(n, result);
  }

  #state(): string {
    return JSON.stringify({ open: [...this.#open.keys()], steps: this.#setup.kept.steps });
  }
}
