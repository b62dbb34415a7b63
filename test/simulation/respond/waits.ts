import type { Json } from "../../../src/base/json.ts";
import type { StepResult, StepStart } from "../../../src/engines/playbook/index.ts";
import type { World } from "../world.ts";

/** Steps of one process that only persons and time end. */
export class Waits {
  readonly #world: World;
  readonly #ended: (n: number, result: StepResult) => void;
  /** When they end by themselves; infinity: never. */
  readonly #open = new Map<number, number>();

  /** @param ended told of the end of each, once */
  constructor(world: World, ended: (n: number, result: StepResult) => void) {
    this.#world = world;
    this.#ended = ended;
  }

  get size(): number {
    return this.#open.size;
  }

  /** When the next one ends by itself, wall time; `undefined`: never. */
  get nextMs(): number | undefined {
    const next = Math.min(...this.#open.values());
    return Number.isFinite(next) ? next : undefined;
  }

  begin({ n, by, input }: StepStart, startedAtMs: number): void {
    if (by === "person") {
      this.#open.set(n, Number.POSITIVE_INFINITY);
      return;
    }
    const dueMs = startedAtMs + forMs(input);
    this.#open.set(n, dueMs);
    this.#world.after(Math.max(0, dueMs - this.#world.clock.wallMs()), () =>
      this.end(n, { state: "done", output: null }),
    );
  }

  /** Nothing if it is not open. */
  end(n: number, result: StepResult): void {
    if (this.#open.delete(n)) this.#ended(n, result);
  }
}

const forMs = (input: Json): number =>
  typeof input === "object" && input !== null && "forMs" in input ? Number(input["forMs"]) : 0;
