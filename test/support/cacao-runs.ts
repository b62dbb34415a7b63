import type { Json } from "../../src/base/json.ts";
import type { Random } from "../../src/base/random.ts";
import { bundleText, callKey } from "../../src/engines/playbook/cacao/bundle/bundle-text.ts";
import { readBundle } from "../../src/engines/playbook/cacao/bundle/read-bundle.ts";
import type { CacaoBundle } from "../../src/engines/playbook/cacao/run/bundle.ts";
import type { PrepareCommand } from "../../src/engines/playbook/cacao/run/prepare.ts";
import type { Conclusion, Load } from "../../src/engines/playbook/child/run/journaled-run.ts";
import type { JournaledStep, StepErrorCode, StepResult } from "../../src/engines/playbook/journal.ts";
import { KeptRun } from "./cacao/kept-run.ts";
import { playbookOf, type ShortPlaybook } from "./cacao/playbook-source.ts";
import { type Answer, RunProcess } from "./cacao/run-process.ts";
import { type ScriptedInput, scriptedPrepare } from "./cacao/scripted-prepare.ts";
import { ManualClock } from "./manual-clock.ts";

export type { Answer } from "./cacao/run-process.ts";

/** A command or a question to a person, as a script sees it. */
export interface ScriptedStep extends ScriptedInput {
  readonly n: number;
  /** Type of the command. */
  readonly name: string;
  /** How often it was executed before. */
  readonly before: number;
}

/** A command's output. */
export const gives = (text: string, facts: Readonly<Record<string, Json>> = {}): StepResult => ({
  state: "done",
  output: { text, truncated: false, facts },
});
export const fails = (message = "it failed", code: StepErrorCode = "threw"): StepResult => ({
  state: "failed",
  error: { code, message },
});
export const after = (afterMs: number, result: StepResult = gives("")): Answer => ({ afterMs, result });

export interface CacaoRunSetup {
  readonly bundle: CacaoBundle;
  /** Executes the commands and asks the persons; absent: all are done, with an empty text. */
  readonly script?: (step: ScriptedStep) => Answer;
  readonly data?: Readonly<Record<string, Json>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly settings?: Partial<Load["cacao"]>;
  /** Time that everything takes, in turns of the event loop. */
  readonly random?: Random;
  /** Has to make inputs as `scriptedPrepare` does. */
  readonly prepare?: PrepareCommand;
}

/** How an execution ended: as the process says, or in the middle. */
export type ExecutionEnd = Conclusion | { readonly type: "killed" };

/**
 * A run of a playbook by the real interpreter, journal and replay, with scripted commands and time that goes on when nothing else can
 * happen. It can be killed at any moment and goes on with what was kept.
 */
export class CacaoTestRun {
  readonly clock = new ManualClock();
  /** What was executed, in this order, with repetitions; each as its text, with `@target` if it has one. */
  readonly executed: string[] = [];
  readonly lines: string[] = [];
  /** How many moments to be killed at there were so far. */
  moments = 0;
  readonly #setup: CacaoRunSetup;
  readonly #kept = new KeptRun();
  readonly #begun = new Map<number, number>();
  readonly #times = new Map<number, number>();
  /** How commands ended, by step, whether that was kept or not. */
  readonly #effects = new Map<number, StepResult>();
  readonly #startedAtMs: number;
  #process: RunProcess | undefined;

  constructor(setup: CacaoRunSetup) {
    this.#setup = setup;
    this.#startedAtMs = this.clock.wallMs();
  }

  get journal(): readonly JournaledStep[] {
    return this.#kept.steps;
  }

  /** When the start and the end of a step were kept, in the order of all that was kept. */
  when(n: number): { readonly start: number; readonly end?: number } {
    return this.#kept.when(n);
  }

  /** How often each command had its effect, by its place in the journal. One that was under way when the process was killed had none. */
  get times(): ReadonlyMap<number, number> {
    return this.#times;
  }

  /** Executes it to its end: when it waits for time that goes on, killed at these moments it begins again. */
  async finish(killAt: ReadonlySet<number> = new Set()): Promise<Exclude<Conclusion, { type: "waits" }>> {
    for (;;) {
      const end = await this.execute(killAt);
      if (end.type === "waits") {
        if (this.#keepKnown()) continue;
        const waits = [this.clock.nextInMs ?? [], end.untilMs === undefined ? [] : end.untilMs - this.clock.wallMs()];
        if (waits.flat().length === 0) throw new Error("the run waits for a person who does not answer");
        this.clock.advance(Math.max(0, Math.min(...waits.flat())));
      } else if (end.type !== "killed") return end;
    }
  }

  /**
   * Executes it until it ends, waits or is killed. Of steps whose outcome is unknown a person who looks says how they ended, or that they
   * have to be repeated.
   * @param killAt moments, counted over all executions from 1
   */
  async execute(killAt: ReadonlySet<number> = new Set()): Promise<ExecutionEnd> {
    const { bundle, prepare = scriptedPrepare, random, settings, data = {}, variables = {} } = this.#setup;
    this.#keepKnown();
    this.#process = new RunProcess({
      load: {
        type: "load",
        runId: "run-1",
        playbook: { id: "tested", version: "0".repeat(64), kind: "cacao", file: "" },
        event: { id: "event-1", source: "sensor", kind: "mining", data },
        startedAtMs: this.#startedAtMs,
        variables,
        journal: this.#kept.steps,
        secrets: {},
        egress: [],
        maxThreads: 4,
        actionTimeoutMs: 60_000,
        cacao: { manualTimeoutMs: 86_400_000, ssh: true, knownHosts: [], authorities: [], repeat: {}, ...settings },
      },
      bundle,
      prepare,
      kept: this.#kept,
      clock: this.clock,
      random,
      asked: (n) => this.#ask(n),
      execute: (n) => this.#execute(n),
      performed: (n, result) => {
        this.#effects.set(n, result);
        this.#times.set(n, (this.#times.get(n) ?? 0) + 1);
      },
      logged: (text) => void this.lines.push(text),
      isKilled: () => killAt.has((this.moments += 1)),
    });
    const end = await this.#process.execute();
    this.#process = undefined;
    return end;
  }

  /** A person answers, while the run is executed or between executions. */
  answer(n: number, result: StepResult): void {
    this.#effects.set(n, result);
    if (this.#process === undefined) this.#keepKnown();
    else this.#process.answer(n, result);
  }

  #ask(n: number): void {
    const answer = this.#execute(n);
    if (answer === "open") return;
    if ("afterMs" in answer) this.clock.after(answer.afterMs, () => this.answer(n, answer.result));
    else this.answer(n, answer);
  }

  #execute(n: number): Answer {
    const { name, input, end } = this.#kept.step(n);
    if (end !== undefined) throw new Error(`step ${n} is executed, though its end is kept`);
    const { step, text, target } = input as unknown as ScriptedInput;
    const before = this.#begun.get(n) ?? 0;
    this.#begun.set(n, before + 1);
    this.executed.push(target === null ? text : `${text}@${target}`);
    return this.#setup.script?.({ n, name, step, text, target, before }) ?? gives("");
  }

  /** Keeps the ends that a person knows: of what persons were asked, and effects that may not be repeated. @returns whether there was one */
  #keepKnown(): boolean {
    let isNews = false;
    for (const { n, by, idempotent, end } of this.#kept.steps) {
      const result = this.#effects.get(n);
      const isKnown = by === "person" || ((by === "thread" || by === "node") && !idempotent);
      if (!isKnown || end !== undefined || result === undefined) continue;
      this.#kept.end(n, result);
      isNews = true;
    }
    return isNews;
  }
}

/** The values of the variables that a playbook declares, at the end of a run that is done. */
export const valuesOf = (end: ExecutionEnd): Readonly<Record<string, string | null>> => {
  if (end.type !== "done") throw new Error(`the run is not done: ${JSON.stringify(end)}`);
  const values = Object.entries(end.output as Readonly<Record<string, string | null>>);
  return Object.fromEntries(values.filter(([name]) => !/^__(garrison|soarca)_.*result__$/.test(name)));
};

/** Why a run failed of its playbook. */
export const failureOf = (end: ExecutionEnd): string => {
  if (end.type === "failed" && end.reason === "step") return end.message;
  throw new Error(`the run has not failed of a step: ${JSON.stringify(end)}`);
};

/** A run of one playbook. */
export const runOf = (short: ShortPlaybook, setup: Omit<CacaoRunSetup, "bundle"> = {}): CacaoTestRun =>
  new CacaoTestRun({ bundle: bundleOf(playbookOf("tested", short)), ...setup });

interface Identified {
  readonly id: string;
  readonly modified: string;
}

/** A bundle of playbooks as `playbookOf` makes them, read as a process reads it; the first one is executed. */
export const bundleOf = (main: object, ...called: readonly object[]): CacaoBundle => {
  const calls = Object.fromEntries(
    called.flatMap((playbook, at) => {
      const { id, modified } = playbook as Identified;
      return [
        [callKey(id, modified), at],
        [callKey(id, undefined), at],
      ];
    }),
  );
  return readBundle(bundleText({ main, called, calls }));
};
