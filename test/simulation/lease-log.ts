import { StoreError, type LeaseRef, type Leases } from "../../src/store/index.ts";
import type { LeaseCall, LeaseOperation } from "../support/invariants/index.ts";
import { accepted, type Link } from "./link.ts";
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

/** The leases of one process, with what it asked and heard put into the log, and what the store accepted into the store's history. */
export const loggedLeases = (leases: Leases, owner: string, link: Link, log: LeaseLog): Leases => ({
  acquire: (name, holder, ttlMs) => {
    const fact = accepted((token: number | undefined) =>
      token === undefined
        ? { type: "denied", owner: holder, name }
        : { type: "leased", owner: holder, name, token, ttlMs },
    );
    const asked = { type: "acquire", owner: holder, ttlMs } as const;
    const call = link.noted(`acquire ${name}`, fact, () => leases.acquire(name, holder, ttlMs));
    return log.follow(call, name, asked, (lease) => ({ ...asked, answer: { token: lease?.token } }));
  },
  renew: (lease, ttlMs) => {
    const { name, token } = lease;
    const fact = accepted((held: boolean) => (held ? { type: "renewed", owner, name, token, ttlMs } : undefined));
    const asked = { type: "renew", token, ttlMs } as const;
    const call = link.noted(`renew ${name}`, fact, () => leases.renew(lease, ttlMs));
    return log.follow(call, name, asked, (renewed) => ({ ...asked, answer: { held: renewed !== undefined } }));
  },
  release: (lease) => {
    const { name, token } = lease;
    const fact = accepted((held: boolean) => (held ? { type: "freed", owner, name, token } : undefined));
    const call = link.noted(`release ${name}`, fact, () => leases.release(lease));
    const asked = { type: "release", token } as const;
    return log.follow(call, name, asked, (held) => ({ ...asked, answer: { held } }));
  },
  look: (names) => {
    const fact = accepted((views: readonly unknown[]) => {
      const missed = names.filter((_, index) => views[index] === undefined);
      return missed.length === 0 ? undefined : { type: "missed", owner, names: missed };
    });
    const call = link.noted("look", fact, () => leases.look(names));
    const followed = names.map((name, index) =>
      log.follow(call, name, { type: "look" }, (views) => ({ type: "look", answer: { holder: views[index] } })),
    );
    // Whoever asked hears of a failure once, not from each name.
    for (const each of followed) each.catch(() => undefined);
    return call;
  },
});
