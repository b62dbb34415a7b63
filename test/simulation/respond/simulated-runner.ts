import {
  PlaybookError,
  type PlaybookRunner,
  type RunHandlers,
  type RunWork,
} from "../../../src/engines/playbook/index.ts";
import type { Enter } from "../event-loop.ts";
import type { World } from "../world.ts";
import type { ResponsePlan } from "./plan.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { Site } from "./site.ts";

export interface RunnerSetup {
  readonly world: World;
  readonly plan: ResponsePlan;
  readonly site: Site;
  /** Node and incarnation. */
  readonly node: string;
  readonly enter: Enter;
  readonly frozenUntilMs: () => number;
}

/** Processes that a simulated node may have at a time. */
export const mostProcesses = 2;

/** The pool of processes of one simulated node. */
export class SimulatedRunner implements PlaybookRunner {
  readonly #setup: RunnerSetup;
  readonly #alive = new Set<SimulatedProcess>();
  readonly #listeners = new Set<() => void>();

  constructor(setup: RunnerSetup) {
    this.#setup = setup;
  }

  get free(): number {
    return mostProcesses - this.#alive.size;
  }

  onFree(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(work: RunWork, handlers: RunHandlers): SimulatedProcess {
    const { plan, site, node } = this.#setup;
    if (this.free <= 0) {
      site.turnAway(node, work.runId);
      throw new PlaybookError("no-process", `${mostProcesses} processes are taken`);
    }
    const playbook = plan.playbooks.get(work.playbook.id);
    if (playbook === undefined) throw new PlaybookError("invalid-playbook", work.playbook.id);
    const started = new SimulatedProcess({
      ...{ ...this.#setup, playbook, work, handlers },
      gone: () => {
        this.#alive.delete(started);
        for (const listener of this.#listeners) listener();
      },
    });
    this.#alive.add(started);
    return started;
  }

  close(): Promise<void> {
    for (const process of this.#alive) process.orphaned();
    return Promise.resolve();
  }
}
