import type { Clock, Timer } from "../../base/clock.ts";
import { asError } from "../../base/errors.ts";
import { KernelError } from "../errors.ts";

/** Which function of a behavior runs; `notice` is `receive` with a message that nobody sent. */
export type Turn = "initial" | "receive" | "notice" | "stopped";

/** Who is told how a handler ended. */
export interface HandlerOwner {
  readonly path: string;
  handlerDone(turn: Turn, value: unknown): void;
  handlerCrashed(turn: Turn, entry: unknown, error: Error): void;
  handlerAbandoned(turn: Turn, entry: unknown): void;
  /** A handler that had been given up failed after all. */
  handlerFailedLate(error: Error): void;
  wake(): void;
}

/** A promise of another realm or library as one of ours, with what goes wrong in its `then` as its failure. */
const adopted = (value: unknown): Promise<unknown> | undefined =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function"
    ? Promise.resolve(value)
    : undefined;

/** The one handler of an actor that runs, from its call until its promise settles or it is given up. */
export class HandlerRun {
  turn: Turn | undefined = undefined;
  readonly #owner: HandlerOwner;
  #entry: unknown = undefined;
  /** Distinguishes the handler that is waited for from one that was given up. */
  #number = 0;
  #overdue: Timer | undefined = undefined;

  constructor(owner: HandlerOwner) {
    this.#owner = owner;
  }

  /** @throws KernelError `one-at-a-time`, which ends the node: a second handler would run beside the first */
  begin(turn: Turn, entry: unknown): void {
    if (this.turn !== undefined) {
      throw new KernelError("one-at-a-time", `${turn} of ${this.#owner.path} would have run beside ${this.turn}`);
    }
    this.turn = turn;
    this.#entry = entry;
  }

  /** The handler has returned: a value ends it, a promise of any kind is waited for. */
  returned(turn: Turn, value: unknown): void {
    const outcome = value instanceof Promise ? value : adopted(value);
    if (outcome === undefined) {
      this.#settle();
      this.#owner.handlerDone(turn, value);
      return;
    }
    const number = this.#number;
    outcome.then(
      (result) => {
        if (number !== this.#number) return;
        this.#settle();
        this.#owner.handlerDone(turn, result);
        this.#owner.wake();
      },
      (thrown: unknown) => {
        if (number !== this.#number) return this.#owner.handlerFailedLate(asError(thrown));
        this.threw(turn, thrown);
        this.#owner.wake();
      },
    );
  }

  /** The handler, or its promise, has failed. */
  threw(turn: Turn, thrown: unknown): void {
    const entry = this.#entry;
    this.#settle();
    this.#owner.handlerCrashed(turn, entry, asError(thrown));
  }

  /** Gives the running handler up when it has not ended after `timeoutMs`. Idempotent; nothing if none runs. */
  limit(clock: Clock, timeoutMs: number): void {
    if (this.turn === undefined) return;
    this.#overdue ??= clock.after(timeoutMs, () => {
      const { turn } = this;
      const entry = this.#entry;
      this.#settle();
      if (turn !== undefined) this.#owner.handlerAbandoned(turn, entry);
      this.#owner.wake();
    });
  }

  #settle(): void {
    this.turn = undefined;
    this.#entry = undefined;
    this.#number += 1;
    if (this.#overdue !== undefined) {
      this.#overdue.cancel();
      this.#overdue = undefined;
    }
  }
}
