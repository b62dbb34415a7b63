import { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { StoreError, type Change, type Page, type PageRequest, type Space } from "../../store/index.ts";
import type { AuditRecord } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";

/** Where its records lie, the latest first. */
export const auditPrefix = "audit/";
const defaultRetainMs = 90 * 86_400_000;
/** The digits of a time; later ones get smaller keys, so that the latest come first. */
const lastMs = 10 ** 14 - 1;
const lastSequence = 10 ** 6 - 1;
const mostPending = 2_000;
const mostAtOnce = 500;

const stored = z.object({
  atMs: z.number(),
  node: z.string(),
  call: z.string(),
  caller: z.string(),
  // Records of earlier versions have none of these three.
  role: z.string().default(""),
  by: z.string().default(""),
  through: z.string().default(""),
  peer: z.string(),
  subject: z.string(),
  outcome: z.string(),
});

interface Pending {
  readonly change: Change;
  readonly settle: (error?: ControlError) => void;
}

export interface AuditLogSetup {
  /** Of the cluster. */
  readonly space: Space;
  readonly clock: Clock;
  readonly random: Random;
  /** Id of this node. */
  readonly node: () => string;
  /** How long its records are kept (default: 90 days). */
  readonly retainMs?: number | undefined;
}

/** What was changed, or was to be changed, by whom. */
export class AuditLog {
  readonly #setup: AuditLogSetup;
  #pending: Pending[] = [];
  #sequence = 0;
  #writing = false;

  constructor(setup: AuditLogSetup) {
    this.#setup = setup;
  }

  /**
   * Resolves once the record is stored. Records that come while others are written share one commit.
   * @throws ControlError `audit-failed`
   */
  record(entry: Omit<AuditRecord, "atMs" | "node">): Promise<void> {
    if (this.#pending.length >= mostPending) return Promise.reject(failed("too many records wait"));
    const { promise, settle } = settled();
    this.#pending.push({ change: this.#put(entry), settle });
    if (!this.#writing) void this.#write();
    return promise;
  }

  /** Latest first. */
  async list({ limit, after }: PageRequest): Promise<Page<AuditRecord>> {
    const page = await this.#setup.space.records.list(auditPrefix, {
      ...(limit === undefined ? {} : { limit }),
      ...(after === undefined ? {} : { after: `${auditPrefix}${after}` }),
    });
    return {
      rows: page.rows.map(({ value }) => stored.parse(value)),
      next: page.next === undefined ? undefined : page.rows.at(-1)?.key.slice(auditPrefix.length),
    };
  }

  #put(entry: Omit<AuditRecord, "atMs" | "node">): Change {
    const { clock, random, node, retainMs = defaultRetainMs } = this.#setup;
    const atMs = Math.round(clock.wallMs());
    this.#sequence = (this.#sequence + 1) % lastSequence;
    const time = String(lastMs - atMs).padStart(14, "0");
    const place = String(lastSequence - this.#sequence).padStart(6, "0");
    const value = { ...entry, atMs, node: node(), subject: entry.subject.slice(0, 300) };
    return { type: "put", key: `${auditPrefix}${time}-${place}-${random.id()}`, value, expiresInMs: retainMs };
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#pending.length > 0) {
      const batch = this.#pending.slice(0, mostAtOnce);
      this.#pending = this.#pending.slice(mostAtOnce);
      try {
        await this.#setup.space.commit(
          undefined,
          batch.map(({ change }) => change),
        );
        for (const { settle } of batch) settle();
      } catch (error) {
        const why = error instanceof StoreError ? error.message : "the store did not take it";
        for (const { settle } of batch) settle(failed(why, error));
      }
    }
    this.#writing = false;
  }
}

const failed = (why: string, cause?: unknown): ControlError =>
  new ControlError("audit-failed", `the call could not be written to the audit log: ${why}`, {
    retryable: true,
    cause,
  });

const settled = (): { readonly promise: Promise<void>; readonly settle: (error?: ControlError) => void } => {
  let settle: (error?: ControlError) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  return { promise, settle };
};
