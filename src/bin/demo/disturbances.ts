import { asError } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";

/** Something bad that happens in the middle of a run, and how it is made good. */
export interface Disturbance {
  /** For the person who watches, such as "node-1 is killed". */
  readonly what: string;
  /** Once so much of the work has been seen. */
  readonly after: number;
  /** Resolves when it has happened. */
  strike(): Promise<void>;
  /** Resolves when everything is there again. */
  mend(): Promise<void>;
}

export interface DisturbancesSetup {
  readonly planned: readonly Disturbance[];
  /** What work is counted in, for the person who watches: "requests". */
  readonly unit: string;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** Disturbs a run as planned, one disturbance after the other: the next one waits until the last one is made good. */
export class Disturbances {
  readonly #setup: DisturbancesSetup;
  readonly #left: Disturbance[];
  readonly #struckAtMs = new Map<Disturbance, number>();
  #current: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(setup: DisturbancesSetup) {
    this.#setup = setup;
    this.#left = [...setup.planned];
  }

  /** Begins the next disturbance if it is due. @throws what the one before failed with */
  look(seen: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    const [next] = this.#left;
    if (next === undefined || this.#current !== undefined || seen < next.after) return;
    this.#left.shift();
    this.#current = this.#disturb(next, seen)
      .catch((error: unknown) => void (this.#failure = asError(error)))
      .finally(() => (this.#current = undefined));
  }

  /** Resolves when what has been begun is made good. @throws what it failed with */
  async settled(): Promise<void> {
    await this.#current;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** When it struck, on the monotonic clock; `undefined`: it has not. */
  struckAtMs(disturbance: Disturbance): number | undefined {
    return this.#struckAtMs.get(disturbance);
  }

  /** Those for which the run was too short. */
  get missed(): readonly Disturbance[] {
    return this.#left;
  }

  async #disturb(disturbance: Disturbance, seen: number): Promise<void> {
    const { unit, clock, say } = this.#setup;
    this.#struckAtMs.set(disturbance, clock.monotonicMs());
    await disturbance.strike();
    say(`${disturbance.what} after ${seen} ${unit}, and started again`);
    await disturbance.mend();
  }
}
