import type { ChildProcess } from "node:child_process";
import { systemClock } from "../../../../../src/base/clock.ts";
import { bundleText } from "../../../../../src/engines/playbook/cacao/bundle/bundle-text.ts";
import type {
  LogLine,
  PlaybookExecution,
  ProcessRunner,
  RunEnd,
  RunHandlers,
  RunWork,
} from "../../../../../src/engines/playbook/index.ts";
import { built } from "../../../../support/built.ts";
import { KeptRun } from "../../../../support/cacao/kept-run.ts";
import { playbookOf, type ShortPlaybook } from "../../../../support/cacao/playbook-source.ts";
import { openRunner, type RunnerOptions, runOf } from "../../../../support/playbook-runs.ts";
import { until } from "../../../../support/until.ts";
import { startChild } from "./real-runs.ts";

/** A run of a CACAO playbook, over all its executions. */
export class CacaoProcessRun {
  readonly kept = new KeptRun();
  readonly lines: LogLine[] = [];
  readonly #work: RunWork;
  readonly #runner: ProcessRunner;
  readonly #lastChild: () => ChildProcess | undefined;
  #execution: PlaybookExecution | undefined;
  #passedMs = 0;

  constructor(work: RunWork, runner: ProcessRunner, lastChild: () => ChildProcess | undefined) {
    this.#work = work;
    this.#runner = runner;
    this.#lastChild = lastChild;
  }

  /** Executes it, or goes on with it, in a fresh process. */
  begin(): PlaybookExecution {
    const handlers: RunHandlers = {
      stepsStarted: (steps) => Promise.resolve(this.kept.start(steps, systemClock.wallMs())),
      stepsEnded: (ends) => Promise.resolve(ends.forEach(({ n, result }) => this.kept.end(n, result))),
      logged: (lines) => void this.lines.push(...lines),
    };
    const journal = this.kept.steps.map((step) => ({ ...step, startedAtMs: step.startedAtMs - this.#passedMs }));
    this.#execution = this.#runner.start({ ...this.#work, journal }, handlers);
    return this.#execution;
  }

  async end(): Promise<RunEnd> {
    return this.begin().ended;
  }

  /** For its next executions so much time has passed since its steps were started. */
  passTime(ms: number): void {
    this.#passedMs += ms;
  }

  /** Kills the process that was started last, from outside: the one that executes it, where there are no spares. */
  async kill(): Promise<RunEnd | undefined> {
    const pid = this.#lastChild()?.pid;
    if (pid === undefined) throw new Error("there is no process to kill");
    process.kill(-pid, "SIGKILL");
    return this.#execution?.ended;
  }

  /** Names of the steps that were started. */
  get started(): readonly string[] {
    return this.kept.steps.map(({ name }) => name);
  }

  async hasStarted(name: string): Promise<number> {
    const find = (): number | undefined => this.kept.steps.find((step) => step.name === name)?.n;
    await until(
      () => find() !== undefined,
      () => [this.kept.steps, this.lines],
    );
    return find() ?? 0;
  }
}

/** Executes CACAO playbooks in real processes; for one suite of tests, which it starts and ends with. */
export class CacaoProcesses {
  #runner: ProcessRunner | undefined;
  #lastChild: ChildProcess | undefined;

  /** To be called in a suite. */
  constructor(options: RunnerOptions = {}) {
    before(async function () {
      this.timeout(120_000);
      await built();
    });
    before(() => {
      this.#runner = openRunner({
        egress: ["127.0.0.0/8"],
        ...options,
        startChild: (start) => (this.#lastChild = startChild(start)),
      });
      this.#runner.wantSpares(true);
    });
    after(() => this.#runner?.close());
  }

  runOf(short: ShortPlaybook, more: Partial<RunWork> = {}): CacaoProcessRun {
    if (this.#runner === undefined) throw new Error("the suite has not begun");
    const code = bundleText({
      main: playbookOf("tested", short),
      called: [],
      calls: {},
    });
    const work = runOf(code);
    const playbook = { ...work.playbook, kind: "cacao" } as const;
    return new CacaoProcessRun({ ...work, playbook, ...more }, this.#runner, () => this.#lastChild);
  }
}
