import { nextTurn } from "../../../../../src/base/event-loop.ts";
import type { Random } from "../../../../../src/base/random.ts";
import type { LoadedPlaybook } from "../../../../../src/engines/playbook/child/module/load-playbook.ts";
import { PlaybookRun } from "../../../../../src/engines/playbook/child/run/playbook-run.ts";
import type { Conclusion } from "../../../../../src/engines/playbook/child/run/journaled-run.ts";
import { RunLog } from "../../../../../src/engines/playbook/child/run/run-log.ts";
import type { JournaledStep, StepEnd, StepStart } from "../../../../../src/engines/playbook/index.ts";
import type { FromChild } from "../../../../../src/engines/playbook/protocol/messages.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";

/** The journal of a run that a node keeps, over several executions. */
export class SimulatedJournal {
  readonly #steps: JournaledStep[] = [];
  #ends = 0;

  /** A copy, as another process gets it. */
  get steps(): readonly JournaledStep[] {
    return structuredClone(this.#steps);
  }

  /** Numbers of the steps in the order of their ends. */
  get ended(): readonly number[] {
    const order = ({ end }: JournaledStep): number => end?.order ?? 0;
    return this.#steps
      .filter(({ end }) => end !== undefined)
      .sort((a, b) => order(a) - order(b))
      .map(({ n }) => n);
  }

  hasEnded(n: number): boolean {
    return this.#steps[n - 1]?.end !== undefined;
  }

  start(steps: readonly StepStart[]): void {
    this.#steps.push(...steps.map((step) => ({ ...step, startedAtMs: 1 })));
  }

  end(ends: readonly StepEnd[]): void {
    for (const { n, result } of ends) {
      const step = this.#steps[n - 1];
      if (step === undefined) throw new Error(`step ${n} ended and was never started`);
      this.#ends += 1;
      this.#steps[n - 1] = { ...step, end: { order: this.#ends, result } };
    }
  }
}

interface SimulatedSetup {
  readonly playbook: LoadedPlaybook;
  readonly journal: SimulatedJournal;
  readonly random: Random;
  readonly clock?: ManualClock;
  /** Commits until the process is killed. */
  readonly commits: number;
  /** Told of each execution of an action. */
  readonly executed: (n: number) => void;
}

const mostTurns = 6;

/**
 * Executes a playbook in this process, with a node that keeps what it is told after a while and with actions that take a while, all as
 * the random numbers say. Resolves with how it ended, or with `killed`.
 */
export const simulateExecution = async (setup: SimulatedSetup): Promise<Conclusion | "killed"> => {
  const { playbook, journal, random, executed, clock = new ManualClock() } = setup;
  let left = setup.commits;
  let isKilled: () => void = () => undefined;
  const killed = new Promise<"killed">((resolve) => {
    isKilled = () => resolve("killed");
  });
  /** Does it after a while, unless the process is dead by then. */
  const later = async (act: () => void): Promise<void> => {
    for (let turns = random.below(mostTurns); turns >= 0; turns -= 1) await nextTurn();
    if (left > 0) act();
  };
  const commit = (keep: () => void, answer: () => void): void => {
    keep();
    left -= 1;
    if (left === 0) isKilled();
    else void later(answer);
  };
  const take = (message: FromChild): void => {
    if (message.type === "started") {
      const { steps } = message;
      commit(
        () => journal.start(steps),
        () => run.startsKept(steps.at(-1)?.n ?? 0),
      );
    } else if (message.type === "ended") {
      const { ends } = message;
      commit(
        () => journal.end(ends),
        () => run.endsKept(ends.map(({ n }) => n)),
      );
    }
  };
  const run = new PlaybookRun({
    load: {
      type: "load",
      runId: "run-1",
      playbook: { id: "simulated", version: "0", kind: "module", file: "" },
      event: { id: "1", source: "sensor", kind: "mining", data: {} },
      startedAtMs: 0,
      variables: {},
      journal: journal.steps,
      secrets: {},
      egress: [],
      maxThreads: 1,
      actionTimeoutMs: 1,
      cacao: { ssh: true, manualTimeoutMs: 1, knownHosts: [], authorities: [], repeat: {} },
    },
    playbook,
    threads: {
      run: ({ n, input, settled }) => {
        executed(n);
        void later(() => settled({ state: "done", output: input }));
      },
      takeWaiting: () => [],
      abort: () => undefined,
      abortStep: () => undefined,
    },
    log: new RunLog(() => undefined, clock),
    clock,
    tell: (message) => void later(() => take(message)),
  });
  return Promise.race([run.execute(), killed]);
};
