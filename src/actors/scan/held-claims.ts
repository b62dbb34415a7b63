import type { Claim, ClaimRef, WorkQueue } from "../../store/index.ts";

interface Held<Worker> {
  readonly claim: Claim;
  readonly worker: Worker;
  deadlineMs: number;
}

/** The claims that one supervisor holds, each with what works on it. One heartbeat prolongs all of them. */
export class HeldClaims<Worker> {
  readonly #held = new Map<number, Held<Worker>>();

  get size(): number {
    return this.#held.size;
  }

  add(claim: Claim, worker: Worker): void {
    this.#held.set(claim.token, { claim, worker, deadlineMs: claim.deadlineMs });
  }

  /** Forgets a claim and returns it, if it is held. By its token: an item that was lost may be claimed again before that is noticed. */
  take(token: number): Claim | undefined {
    const claim = this.#held.get(token)?.claim;
    this.#held.delete(token);
    return claim;
  }

  entries(): readonly { readonly claim: Claim; readonly worker: Worker }[] {
    return [...this.#held.values()];
  }

  /** Prolongs every claim. Those that the store says are no longer held stay here as overdue. */
  async extend(queue: WorkQueue, leaseMs: number): Promise<void> {
    if (this.#held.size === 0) return;
    const claims: ClaimRef[] = [...this.#held.values()].map(({ claim: { queue: name, id, token } }) => ({
      queue: name,
      id,
      token,
    }));
    const { lost, deadlineMs } = await queue.extend(claims, leaseMs);
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
