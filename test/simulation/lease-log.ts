import { StoreError, type LeaseRef } from "../../src/store/index.ts";
import type { LeaseCall, LeaseOperation } from "../support/invariants/index.ts";
import type { World } from "./world.ts";

/** What the processes asked of leases and what they heard, each call from its start to its answer, in the order of asking. */
export class LeaseLog {
  readonly calls: LeaseCall[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * Notes a call, and its answer once that is heard.
   * @param asked the call while nobody knows of an answer
   * @param heard the same with its answer
   */
  async follow<Answer>(
    call: Promise<Answer>,
    key: string,
    asked: LeaseOperation,
    heard: (answer: Answer) => LeaseOperation,
  ): Promise<Answer> {
    const answered = this.#begin(key, asked);
    const answer = await call;
    answered(heard(answer));
    return answer;
  }

  /** Notes a write under a lease. */
  async followWrite<Answer>(call: Promise<Answer>, { name, token }: LeaseRef): Promise<Answer> {
    const answered = this.#begin(name, { type: "write", token });
    try {
      const answer = await call;
      answered({ type: "write", token, answer: { held: true } });
      return answer;
    } catch (error) {
      if (error instanceof StoreError && error.code === "stale-guard") {
        answered({ type: "write", token, answer: { held: false } });
      }
      throw error;
    }
  }

  #begin(key: string, operation: LeaseOperation): (operation: LeaseOperation) => void {
    const { clock } = this.#world;
    const call = { key, operation, calledAtMs: clock.monotonicMs() };
    const place = this.calls.push(call) - 1;
    return (heard) => {
      this.calls[place] = { ...call, operation: heard, answeredAtMs: clock.monotonicMs() };
    };
  }
}
