import type { SendCallback } from "../../../src/actors/detect/index.ts";
import type { Enter } from "../event-loop.ts";
import type { World } from "../world.ts";
import type { DetectFacts } from "./facts.ts";
import { isFaulty } from "./is-faulty.ts";

export const receiverFaults = ["verdict refused", "verdict taken, not confirmed"] as const;

const faultChance = 0.6;
/** Fewer than the tries after which a verdict is given up. */
const mostFaults = 3;

/** The server of whoever wants verdicts. */
export class VerdictReceiver {
  readonly #world: World;
  readonly #facts: DetectFacts;
  /** How often something went wrong already, by the id of what is sent. */
  readonly #faults = new Map<string, number>();

  constructor(world: World, facts: DetectFacts) {
    this.#world = world;
    this.#facts = facts;
  }

  /** How the process of a node reaches it. */
  reachedBy(enter: Enter): SendCallback {
    return ({ url, id, verdict }, signal) =>
      new Promise((resolve, reject) => {
        const fail = (why: string): void => enter(() => reject(new Error(why)));
        signal.addEventListener("abort", () => fail("it took too long"), { once: true });
        this.#world.later("a verdict is told", () => {
          const fault = this.#faultOf(id);
          if (fault === "verdict refused") return fail(fault);
          this.#facts.note({ type: "told", url, id, verdict });
          this.#world.later("a verdict is confirmed", () => (fault === undefined ? enter(resolve) : fail(fault)));
        });
      });
  }

  #faultOf(id: string): (typeof receiverFaults)[number] | undefined {
    const before = this.#faults.get(id) ?? 0;
    if (before >= mostFaults || !isFaulty(this.#world) || !this.#world.chance(faultChance)) return undefined;
    this.#faults.set(id, before + 1);
    const fault = receiverFaults[this.#world.random.below(receiverFaults.length)];
    if (fault !== undefined) this.#world.count(`fault: ${fault}`);
    return fault;
  }
}
