import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import type { Context } from "../../../kernel/index.ts";
import { StoreError, type Change, type Claim, type Space } from "../../../store/index.ts";
import { attempt } from "../../claims/store-calls.ts";
import { changesPerCommit, charsPerCommit, cutChanges, type CommitPart } from "./cut-changes.ts";

interface Write extends CommitPart {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const retryMs = 250;

/**
 * Writes under one claim, in order, one commit at a time: what comes while one is under way goes with the next. A store that does not answer
 * is asked again until the claim is given up. A try that it seemed to miss may arrive when later writes have been made: what must not be
 * undone by that is put at an expected version.
 */
export class ClaimWriter {
  readonly claim: Claim;
  readonly #space: Space;
  readonly #clock: Clock;
  readonly #log: Pick<Context<never>, "log">;
  readonly #waiting: Write[] = [];
  #writing = false;
  /** Why nothing can be written any more. */
  #closed: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(space: Space, claim: Claim, clock: Clock, log: Pick<Context<never>, "log">) {
    this.#space = space;
    this.claim = claim;
    this.#clock = clock;
    this.#log = log;
  }

  /** Resolves once the changes are stored. Rejects with `stale-guard` if the claim is no longer held. A write larger than a commit is cut. */
  async write(changes: readonly Change[]): Promise<void> {
    const parts = cutChanges(changes);
    await Promise.all(parts.map((part) => this.#enqueue(part)));
  }

  /** The claim is over: nothing more is written, and what waits rejects. Idempotent. */
  close(): void {
    this.#close(new StoreError("stale-guard", `the claim on ${this.claim.id} was given up`));
  }

  #enqueue({ changes, chars }: CommitPart): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(this.#closed);
        return;
      }
      this.#waiting.push({ changes, chars, resolve, reject });
      if (!this.#writing) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0 && this.#closed === undefined) {
      const writes = this.#next();
      const failure = await this.#commit(writes.flatMap(({ changes }) => changes));
      if (failure !== undefined) {
        this.#close(failure);
        for (const { reject } of writes) reject(failure);
      } else for (const { resolve } of writes) resolve();
    }
    this.#writing = false;
  }

  #next(): readonly Write[] {
    let changes = 0;
    let chars = 0;
    const at = this.#waiting.findIndex((write, index) => {
      changes += write.changes.length;
      chars += write.chars;
      return index > 0 && (changes > changesPerCommit || chars > charsPerCommit);
    });
    return this.#waiting.splice(0, at === -1 ? this.#waiting.length : at);
  }

  /** What it failed of for good; `undefined`: it is stored. */
  async #commit(changes: readonly Change[]): Promise<Error | undefined> {
    for (;;) {
      if (this.#closed !== undefined) return this.#closed;
      try {
        const guard = { type: "claim", claim: this.claim } as const;
        const stored = await attempt(this.#log, "journal", () => this.#space.commit(guard, changes));
        if (stored.status === "ok") return undefined;
        if (stored.status === "stale") {
          return new StoreError("stale-guard", `the claim on ${this.claim.id} is no longer held`);
        }
      } catch (error) {
        const made = await this.#wasMade(error, changes);
        if (made === "made") return undefined;
        if (made === "not made") return asError(error);
      }
      await this.#pause();
    }
  }

  /** Whether a commit was refused because it had been made, by a try whose answer was lost. Only this holder puts such records. */
  async #wasMade(error: unknown, changes: readonly Change[]): Promise<"made" | "not made" | "unknown"> {
    if (!(error instanceof StoreError && error.code === "version-conflict")) return "not made";
    const put = changes.find((change) => change.type === "put" && change.expectedVersion !== undefined);
    if (put?.type !== "put") return "not made";
    const read = await attempt(this.#log, "journal", () => this.#space.records.get(put.key));
    if (read.status !== "ok") return "unknown";
    return isDeepStrictEqual(read.value?.value, put.value) ? "made" : "not made";
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(retryMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #close(error: Error): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#wake?.();
  }
}
