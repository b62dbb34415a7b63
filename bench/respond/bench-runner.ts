import { pathToFileURL } from "node:url";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { startChildFrom } from "../../src/bin/process/start-playbook-child.ts";
import { createPlaybookRunner, type ProcessRunner, type RunHandlers } from "../../src/engines/playbook/index.ts";
import type { Json } from "../../src/base/json.ts";
import { inRepository } from "../../test/support/built.ts";
import { until } from "../../test/support/until.ts";

export interface BenchRunnerOptions {
  /** Processes that are ready before a measurement, and at most at once. */
  readonly spares: number;
  readonly warmThreads: number;
}

const longestMs = 120_000;
let runs = 0;

/** The journal is kept in memory: what is measured are processes and threads, not a store. */
const kept: RunHandlers = {
  stepsStarted: () => Promise.resolve(),
  stepsEnded: () => Promise.resolve(),
  logged: () => undefined,
};

/** Executes runs in real processes, those that users get. */
export class BenchRunner {
  readonly #runner: ProcessRunner;
  readonly #spares: number;

  constructor({ spares, warmThreads }: BenchRunnerOptions) {
    this.#spares = spares;
    this.#runner = createPlaybookRunner({
      startChild: startChildFrom(pathToFileURL(inRepository("dist/bin/respond-child.js"))),
      childProcess: false,
      child: {
        maxOldSpaceMb: 256,
        maxRssMb: 1_024,
        maxThreads: 16,
        deadlineMs: 600_000,
        actionTimeoutMs: 60_000,
        stallMs: 30_000,
      },
      pool: { spare: spares, max: spares, warmThreads },
      secrets: {},
      egress: [],
      cacao: { ssh: true, manualTimeoutMs: 60_000, knownHosts: [], authorities: [], repeats: [] },
      nodeCommands: {
        run: () => Promise.resolve({ state: "failed", error: { code: "refused", message: "modules have none" } }),
      },
      clock: systemClock,
      random: systemRandom,
      log: console,
    });
    this.#runner.wantSpares(true);
  }

  /** Resolves once all spares are there. */
  async warm(): Promise<void> {
    await until(
      () => this.#runner.processes.spare === this.#spares,
      () => this.#runner.processes,
      longestMs,
    );
  }

  /** Executes a module; resolves with what it gave. @throws Error when the run ends otherwise */
  async execute(code: string, data: Readonly<Record<string, Json>>): Promise<Json> {
    runs += 1;
    const work = {
      runId: `run-${runs}`,
      playbook: { id: "bench", version: "0".repeat(64), kind: "module", code },
      event: { id: `event-${runs}`, source: "bench", kind: "bench", data },
      startedAtMs: systemClock.wallMs(),
      variables: {},
      journal: [],
    } as const;
    const end = await this.#runner.start(work, kept).ended;
    if (end.type !== "done") throw new Error(`a run ended otherwise: ${JSON.stringify(end)}`);
    return end.output;
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}
