import { setTimeout as pause } from "node:timers/promises";
import type { Fleet } from "../fleet/fleet.ts";
import type { FleetProcess } from "../fleet/fleet-process.ts";

const lookEveryMs = 500;
const fetches = /^garrison_relay_total\{what="fetches"\} (\d+)$/m;

/** Counts the windows after which relays fetched tasks, by what each life of each node last said: a kill loses those of half a second. */
export class RelayWindows {
  readonly #fleet: Fleet;
  readonly #ofLife = new Map<FleetProcess, number>();
  readonly #ended = new AbortController();
  readonly #working: Promise<void>;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#working = this.#work();
  }

  get count(): number {
    return [...this.#ofLife.values()].reduce((sum, count) => sum + count, 0);
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await Promise.all(this.#fleet.living.map((life, at) => this.#look(life, at)));
      await pause(lookEveryMs);
    }
  }

  async #look(life: FleetProcess, at: number): Promise<void> {
    if (!life.runs) return;
    // One that was killed just now, or is frozen, says nothing.
    const page = await this.#fleet.metrics(at).catch(() => "");
    const count = Number(fetches.exec(page)?.[1] ?? 0);
    // A relay that failed begins to count anew: what it had before is left out.
    this.#ofLife.set(life, Math.max(this.#ofLife.get(life) ?? 0, count));
  }
}
