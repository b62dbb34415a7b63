import type { Lease, LeaseRef, Leases, LeaseView } from "../ports.ts";
import type { Backend } from "./backend.ts";
import { checkDuration, checkId, checkIds, checkLease } from "./checks.ts";

/** Deadlines are taken before the call, so that the holder's is never later than the store's. */
export class LeasesHandle implements Leases {
  readonly #backend: Backend;
  readonly #space: string;

  constructor(backend: Backend, space: string) {
    this.#backend = backend;
    this.#space = space;
  }

  async acquire(name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
    const deadlineMs = this.#backend.clock.monotonicMs() + checkDuration("ttlMs", ttlMs);
    const token = await this.#backend.execute(this.#space, "acquire", {
      name: checkId("lease", name),
      owner: checkId("owner", owner),
      ttlMs,
    });
    return token === undefined ? undefined : { name, token, deadlineMs };
  }

  async seize(name: string, owner: string, ttlMs: number, expectedToken: number): Promise<Lease | undefined> {
    const lease = checkLease({ name, token: expectedToken });
    const deadlineMs = this.#backend.clock.monotonicMs() + checkDuration("ttlMs", ttlMs);
    const token = await this.#backend.execute(this.#space, "seize", { lease, owner: checkId("owner", owner), ttlMs });
    return token === undefined ? undefined : { name, token, deadlineMs };
  }

  async renew(lease: LeaseRef, ttlMs: number): Promise<Lease | undefined> {
    const ref = checkLease(lease);
    const deadlineMs = this.#backend.clock.monotonicMs() + checkDuration("ttlMs", ttlMs);
    const held = await this.#backend.execute(this.#space, "renew", { lease: ref, ttlMs });
    return held ? { ...ref, deadlineMs } : undefined;
  }

  async release(lease: LeaseRef): Promise<boolean> {
    return this.#backend.execute(this.#space, "releaseLease", checkLease(lease));
  }

  async look(names: readonly string[]): Promise<readonly (LeaseView | undefined)[]> {
    return this.#backend.ask(this.#space, "leases", { names: checkIds("lease", names) });
  }
}
