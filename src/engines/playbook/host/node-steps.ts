import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";
import { causeOfRun } from "../../events/index.ts";
import type { StepResult, StepStart } from "../journal.ts";
import type { RunWork } from "../runner.ts";
import type { NodeCommands } from "./node-commands.ts";

export interface NodeStepsSetup {
  readonly commands: NodeCommands;
  readonly work: Pick<RunWork, "runId" | "playbook" | "event">;
  readonly clock: Clock;
  /** Told how a step ended. */
  readonly settled: (n: number, result: StepResult) => void;
}

/** Commands end soon after they are aborted. Should one not, its run must not hang: nobody knows then what became of the step. */
const longestEndMs = 30_000;

/** Steps by `node` of one execution, from the word of its process to their end. */
export class NodeSteps {
  readonly #setup: NodeStepsSetup;
  readonly #running = new Map<number, AbortController>();
  readonly #ends = new Set<Promise<void>>();
  /** Those that were run: what may not be repeated is executed once, whatever its process says. */
  readonly #begun = new Set<number>();

  constructor(setup: NodeStepsSetup) {
    this.#setup = setup;
  }

  /** Whether a step runs, or has run. */
  has(n: number): boolean {
    return this.#begun.has(n);
  }

  /** Executes a step that was not run before. */
  run({ n, name, input }: StepStart): void {
    const { commands, work } = this.#setup;
    const { runId, playbook, event } = work;
    const abort = new AbortController();
    this.#running.set(n, abort);
    this.#begun.add(n);
    const cause = causeOfRun(event, playbook.id);
    const call = { runId, playbook: playbook.id, n, name, input, idempotencyKey: `${runId}-${n}`, cause };
    const end = commands.run(call, abort.signal).then((result) => {
      this.#running.delete(n);
      this.#ends.delete(end);
      this.#setup.settled(n, result);
    });
    this.#ends.add(end);
  }

  /** The step is wanted no longer. It settles nevertheless. */
  abort(n: number, why: string): void {
    this.#running.get(n)?.abort(new DOMException(why, "AbortError"));
  }

  /** None is wanted any longer. */
  abortAll(why: string): void {
    for (const n of this.#running.keys()) this.abort(n, why);
  }

  /** Resolves once none runs, and 30 s after the call at the latest. For after `abortAll`. */
  async none(): Promise<void> {
    const ended = new AbortController();
    const all = Promise.all(this.#ends).then(() => ended.abort());
    await Promise.race([all, pause(this.#setup.clock, longestEndMs, ended.signal)]);
  }
}
