import { StoreError } from "../../src/store/index.ts";
import type { Carry } from "../../src/store/memory/index.ts";
import type { Enter } from "./event-loop.ts";
import type { SimulatedStore } from "./simulated-store.ts";
import type { StoreFact } from "./store-history.ts";
import type { World } from "./world.ts";

/** Which way a cut link loses what is sent. */
export type CutWay = "request" | "answer";

/** How a call goes: `unsent` never arrives, one that is `late` mostly after it was given up; the answer of an `unanswered` one gets lost. */
type Fate = "answered" | "unsent" | "unanswered" | "busy" | "late";

const longestDelayMs = 4_000;

/** What to note of a call once the store has carried it out. */
export type FactOf = (outcome: unknown) => StoreFact | undefined;

/** What to note of a call that the store has accepted; nothing of one that it refused. */
export const accepted =
  (fact: (output: never) => StoreFact | undefined): FactOf =>
  (outcome) =>
    outcome instanceof StoreError ? undefined : fact(outcome as never);

export const callTimeoutMs = 1_000;

/**
 * One process' connection to the store: every call travels there and back through the world, may get lost either way, and fails at its
 * deadline with an unknown outcome.
 */
export class Link {
  readonly carry: Carry;
  readonly #world: World;
  readonly #store: SimulatedStore;
  readonly #owner: string;
  readonly #enter: Enter;
  #open = 0;
  #cut: { readonly way: CutWay; readonly untilMs: number } | undefined;
  #label = "call";
  #factOf: FactOf = () => undefined;

  constructor(world: World, store: SimulatedStore, owner: string, enter: Enter) {
    this.#world = world;
    this.#store = store;
    this.#owner = owner;
    this.#enter = enter;
    this.carry = (run) => this.#carry(run);
  }

  /** Calls that have neither been answered nor given up. */
  get openCalls(): number {
    return this.#open;
  }

  /** Until then nothing gets through this way. */
  cut(way: CutWay, untilMs: number): void {
    this.#cut = { way, untilMs };
  }

  heal(): void {
    this.#cut = undefined;
  }

  /** Makes a call that has a name and leaves a note: it reaches `carry` before it returns. */
  noted<Result>(label: string, factOf: FactOf, call: () => Result): Result {
    this.#label = label;
    this.#factOf = factOf;
    try {
      return call();
    } finally {
      // A call that was refused before it reached the store must not lend its note to the next one.
      this.#label = "call";
      this.#factOf = () => undefined;
    }
  }

  #carry<Output>(run: () => Output): Promise<Output> {
    const factOf = this.#factOf;
    const label = `${this.#owner} ${this.#label}`;
    const fate = this.#fate();
    const epoch = this.#store.epoch;
    this.#open += 1;
    return new Promise<Output>((resolve, reject) => {
      let settled = false;
      const settle = (end: () => void): void => {
        if (settled) return;
        settled = true;
        this.#open -= 1;
        deadline.cancel();
        end();
      };
      const fail = (code: "deadline" | "busy", what: string): void =>
        this.#enter(() => settle(() => reject(new StoreError(code, `${label} ${what}`, { retryable: true }))));
      const deadline = this.#world.after(callTimeoutMs, () => fail("deadline", "was not answered"));
      const arrive = (): void => {
        if (this.#store.stopped || this.#store.epoch !== epoch) return;
        const { outcome, confirm } = this.#store.carryOut(run, factOf);
        if (fate === "unanswered") return;
        this.#world.later(`answer ${label}`, () => {
          if (!confirm() || this.#isCut("answer")) return;
          this.#enter(() => settle(() => (outcome instanceof StoreError ? reject(outcome) : resolve(outcome))));
        });
      };
      if (fate === "busy") this.#world.later(`busy ${label}`, () => fail("busy", "was refused"));
      else if (fate !== "unsent") {
        const send = (): void => this.#world.later(`call ${label}`, arrive, () => this.#store.hung);
        if (fate === "late") this.#world.after(this.#world.random.below(longestDelayMs), send);
        else send();
      }
    });
  }

  #fate(): Fate {
    if (this.#isCut("request")) return "unsent";
    if (!this.#store.lossy) return "answered";
    const roll = this.#world.random.next();
    const fate =
      roll < 0.01 ? "unsent" : roll < 0.025 ? "unanswered" : roll < 0.035 ? "busy" : roll < 0.05 ? "late" : "answered";
    if (fate !== "answered") this.#world.count(`fault: store ${fate}`);
    return fate;
  }

  #isCut(way: CutWay): boolean {
    return this.#cut?.way === way && this.#world.clock.monotonicMs() < this.#cut.untilMs;
  }
}
