import type { Clock, Timer } from "../../base/clock.ts";
import { asError } from "../../base/errors.ts";
import type { Logger } from "../../kernel/index.ts";
import { bounds, type Space } from "../../store/index.ts";
import { auditPrefix } from "./audit-log.ts";

const roundEveryMs = 60_000;
const pagesPerRound = 20;
const leaseName = "audit-retention";
const leaseMs = 60_000;

export interface AuditRetentionSetup {
  /** Of the cluster. */
  readonly space: Space;
  readonly clock: Clock;
  readonly log: Logger;
  /** Node id and incarnation, or what else tells one who trims from another. */
  readonly owner: () => string;
  /** The audit log keeps its latest records up to so many bytes. */
  readonly mostBytes: number;
}

/** How far a round has come: the last key that was counted, and the bytes up to there. */
interface Walk {
  readonly after: string | undefined;
  readonly bytes: number;
}

const start: Walk = { after: undefined, bytes: 0 };

/** Keeps the audit log within its bytes. Every node has one, a lease lets one of them work at a time. Its owner closes it. */
export class AuditRetention {
  readonly #setup: AuditRetentionSetup;
  #walk = start;
  #timer: Timer | undefined;
  #closed = false;

  constructor(setup: AuditRetentionSetup) {
    this.#setup = setup;
    this.#wait();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #wait(): void {
    if (this.#closed) return;
    this.#timer = this.#setup.clock.after(roundEveryMs, () => void this.#attempt().then(() => this.#wait()), true);
  }

  /** What the store did not do now is done in a later round. */
  async #attempt(): Promise<void> {
    try {
      await this.#round();
    } catch (error) {
      this.#setup.log.warn({ err: asError(error) }, "the audit log was not trimmed");
    }
  }

  async #round(): Promise<void> {
    const { space, owner } = this.#setup;
    const lease = await space.leases.acquire(leaseName, owner(), leaseMs);
    if (lease === undefined) return;
    for (let page = 0; page < pagesPerRound && !this.#closed; page += 1) {
      const { after, bytes } = this.#walk;
      const request = { limit: bounds.page, ...(after === undefined ? {} : { after }) };
      const { rows, next } = await space.records.list(auditPrefix, request);
      let sum = bytes;
      // The latest come first: once they are as many bytes as may be, every further one is too much.
      const excess = rows.filter(({ key, value }) => {
        sum += key.length + Buffer.byteLength(JSON.stringify(value));
        return sum > this.#setup.mostBytes;
      });
      if (excess.length > 0) {
        await space.commit(
          { type: "lease", lease },
          excess.map(({ key }) => ({ type: "delete", key })),
        );
      }
      this.#walk = next === undefined ? start : { after: rows.at(-1)?.key, bytes: sum };
      if (next === undefined) break;
    }
    await space.leases.release(lease);
  }
}
