import { pathToFileURL } from "node:url";
import { startChildFrom } from "../../../../../src/bin/process/start-playbook-child.ts";
import type { JournaledStep, ProcessRunner, RunEnd, RunWork } from "../../../../../src/engines/playbook/index.ts";
import { built, inRepository } from "../../../../support/built.ts";
import { KeptJournal, openRunner, type RunnerOptions, runOf } from "../../../../support/playbook-runs.ts";

/** Starts the built process of a run. */
export const startChild = startChildFrom(pathToFileURL(inRepository("dist/bin/respond-child.js")));

/** How a run ended, and all that was kept of it. */
export interface Ended {
  readonly end: RunEnd;
  readonly kept: KeptJournal;
}

/** Executes modules in real processes; for one suite of tests, which it starts and ends with. */
export class RealRuns {
  #runner: ProcessRunner | undefined;

  /** To be called in a suite. */
  constructor(options: RunnerOptions = {}) {
    before(async function () {
      this.timeout(120_000);
      await built();
    });
    before(() => {
      this.#runner = openRunner({ startChild, pool: { spare: 2, max: 4 }, ...options });
      this.#runner.wantSpares(true);
    });
    after(() => this.#runner?.close());
  }

  async end(code: string, journal: readonly JournaledStep[] = [], more: Partial<RunWork> = {}): Promise<Ended> {
    if (this.#runner === undefined) throw new Error("the suite has not begun");
    const kept = new KeptJournal();
    const end = await this.#runner.start({ ...runOf(code, journal), ...more }, kept).ended;
    return { end, kept };
  }

  /** The output of a run that is done. */
  async output(code: string): Promise<unknown> {
    const { end, kept } = await this.end(code);
    if (end.type !== "done") throw new Error(`it is not done: ${JSON.stringify([end, kept.lines])}`);
    return end.output;
  }
}
