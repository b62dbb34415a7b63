import type { Context } from "../../kernel/index.ts";
import type { Change, Claim, ClaimRef, Space } from "../../store/index.ts";
import { releaseAfter, type WorkerFailure } from "./failure.ts";
import { attempt } from "./store-calls.ts";

type Log = Pick<Context<never>, "log">;

interface Held<Worker> {
  readonly claim: Claim;
  readonly worker: Worker;
  deadlineMs: number;
}

/**
 * The claims that one supervisor holds, each with what works on it: prolonged together by one heartbeat, given back when a worker failed
 * and at an ordered end.
 */
export class HeldClaims<Worker> {
  readonly #space: Space;
  readonly #held = new Map<number, Held<Worker>>();
  /** Releases that the store has not answered yet. */
  readonly #releases: Change[] = [];

  constructor(space: Space) {
    this.#space = space;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Nothing is held, and nothing waits to be released. */
  get isEmpty(): boolean {
    return this.#held.size === 0 && this.#releases.length === 0;
  }

  /** Of every claim that is held. */
  get workers(): readonly Worker[] {
    return [...this.#held.values()].map(({ worker }) => worker);
  }

  add(claim: Claim, worker: Worker): void {
    this.#held.set(claim.token, { claim, worker, deadlineMs: claim.deadlineMs });
  }

  /** What works on this item, if it is held: on the latest claim, should an earlier one be lost without that being noticed. */
  find(id: string): Worker | undefined {
    return [...this.#held.values()].findLast(({ claim }) => claim.id === id)?.worker;
  }

  /** Forgets a claim and returns it, if it is held. By its token: an item that was lost may be claimed again before that is noticed. */
  take(token: number): Claim | undefined {
    const claim = this.#held.get(token)?.claim;
    this.#held.delete(token);
    return claim;
  }

  /** The worker of this claim has failed: the next `release` gives it back. Nothing if it is not held. */
  giveUp(token: number, failure: WorkerFailure): void {
    const claim = this.take(token);
    if (claim !== undefined) this.#releases.push(releaseAfter(claim, failure));
  }

  /** Nothing was done under this claim: the next `release` gives it back as it was. Nothing if it is not held. */
  giveBack(token: number, delayMs: number): void {
    const claim = this.take(token);
    if (claim !== undefined) this.#releases.push({ type: "release", claim, reason: "returned", delayMs });
  }

  /** Gives back what was given up. False: the store did not answer, do it again later. */
  async release(context: Log): Promise<boolean> {
    for (let next = this.#releases[0]; next !== undefined; next = this.#releases[0]) {
      const change = next;
      const released = await attempt(context, "release", () => this.#space.commit(undefined, [change]));
      if (released.status === "unavailable") return false;
      this.#releases.shift();
    }
    return true;
  }

  /**
   * Gives back every claim at an ordered end, so that nobody has to wait for them to run out. One commit each: one that was lost spoils
   * no other.
   */
  async returnAll(context: Log): Promise<void> {
    const returned = [...this.#held.values()].map(({ claim }) =>
      attempt(context, "return", () => this.#space.commit(undefined, [{ type: "release", claim, reason: "returned" }])),
    );
    await Promise.all(returned);
  }

  /**
   * Prolongs the claims. Those that the store says are no longer held stay here as overdue.
   * @param some which; absent: every one
   */
  async extend(leaseMs: number, some: (claim: Claim) => boolean = () => true): Promise<void> {
    const claims = [...this.#held.values()]
      .filter(({ claim }) => some(claim))
      .map(({ claim: { queue, id, token } }): ClaimRef => ({ queue, id, token }));
    if (claims.length === 0) return;
    const { lost, deadlineMs } = await this.#space.queue.extend(claims, leaseMs);
    const gone = new Set(lost.map((claim) => claim.token));
    for (const { token } of claims) {
      const entry = this.#held.get(token);
      if (entry !== undefined) entry.deadlineMs = gone.has(token) ? Number.NEGATIVE_INFINITY : deadlineMs;
    }
  }

  /** Forgets and returns the claims that are lost, or that ran out because no heartbeat got through: their work has to stop. */
  overdue(nowMs: number): readonly { readonly claim: Claim; readonly worker: Worker }[] {
    const gone = [...this.#held.values()].filter((entry) => entry.deadlineMs <= nowMs);
    for (const { claim } of gone) this.#held.delete(claim.token);
    return gone;
  }
}
