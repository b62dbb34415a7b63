import type { Clock, Timer } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { StoreError } from "../errors.ts";
import { backoffMs } from "./backoff.ts";
import { asksForNewConnection, commandFailure, isReply, lostConnection } from "./failures.ts";
import type { Link } from "./link.ts";
import { Pending, type CallBounds } from "./pending.ts";

export interface ConnectionOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly bounds: CallBounds;
  /** Opens one link. Rejects with a `StoreError` by a deadline of its own, and at once when `signal` is aborted. */
  readonly open: (signal: AbortSignal) => Promise<Link>;
  /** A link is there, the first or a new one. */
  readonly opened?: (link: Link) => void;
  /** There is no link, and it is tried again. `undefined`: there is one again. */
  readonly report: (fault: StoreError | undefined) => void;
}

/** How old a link has to be before it is given up since its server has become a replica. */
const settledMs = 5_000;

/**
 * One lane to the server: calls with deadlines, bounded in number and size, over links that are made anew when they
 * end. While there is no link calls are refused at once, so nothing is queued. A link that answers nothing while a call
 * runs into its deadline is dropped: a server that hangs is given no more than the bound.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #pending: Pending;
  readonly #ended = new AbortController();
  #link: Link | undefined;
  #openedMs = 0;
  #heardMs = 0;
  #fault: StoreError | undefined;
  /** Tries and links that failed since something was answered. */
  #failures = 0;
  #retry: Timer | undefined;
  #trying: Promise<void> = Promise.resolve();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#pending = new Pending(options.clock, options.bounds, (sentMs) => {
      if (this.#heardMs < sentMs) this.#link?.drop(silent());
    });
  }

  /** The link at the moment. */
  get link(): Link | undefined {
    return this.#link;
  }

  /** Makes the first link. Rejects with a `StoreError` if that fails, and tries no more. */
  async open(): Promise<void> {
    this.#use(await this.#options.open(this.#ended.signal));
  }

  /** Makes the first link in the background, as often as it takes. */
  openInBackground(): void {
    this.#trying = this.#try();
  }

  /** When a call that begins now has to be answered. */
  deadlineMs(): number {
    return this.#options.clock.monotonicMs() + this.#options.bounds.timeoutMs;
  }

  /** Sends one command. Rejects with a `StoreError`; its `cause` is the server's error reply if there was one. */
  call(command: readonly string[], deadlineMs = this.deadlineMs()): Promise<unknown> {
    const link = this.#link;
    if (link === undefined) return Promise.reject(this.#refusal());
    return this.#pending.add(deadlineMs, weightOf(command), (settle) => {
      link.send(command).then(
        (reply) => {
          this.#hear();
          settle.resolve(reply);
        },
        (error: unknown) => {
          if (isReply(error)) this.#hear();
          if (asksForNewConnection(error)) this.#giveUp(link);
          settle.reject(commandFailure(error));
        },
      );
    });
  }

  /** Refuses new calls, lets those under way end by their deadlines, and closes the link. Idempotent. */
  async close(): Promise<void> {
    this.#pending.refuse(closedError());
    await this.#pending.drained();
    this.#ended.abort(closedError());
    this.#retry?.cancel();
    this.#link?.drop(closedError());
    await this.#trying;
  }

  #refusal(): StoreError {
    if (this.#ended.signal.aborted) return closedError();
    return this.#fault ?? new StoreError("unavailable", "the connection to Redis is being made", { retryable: true });
  }

  #hear(): void {
    this.#heardMs = this.#options.clock.monotonicMs();
    this.#failures = 0;
  }

  /** Its name may lead to the new primary by now. */
  #giveUp(link: Link): void {
    if (this.#options.clock.monotonicMs() - this.#openedMs > settledMs) link.drop(movedAway());
  }

  #use(link: Link): void {
    if (this.#ended.signal.aborted) {
      link.drop(closedError());
      return;
    }
    this.#link = link;
    this.#openedMs = this.#heardMs = this.#options.clock.monotonicMs();
    if (this.#fault !== undefined) this.#options.report(undefined);
    this.#fault = undefined;
    void link.gone.then((reason) => this.#lose(reason));
    this.#options.opened?.(link);
  }

  #lose(reason: Error): void {
    this.#link = undefined;
    if (!this.#ended.signal.aborted) this.#tryLater(lostConnection(reason));
  }

  #tryLater(fault: StoreError): void {
    this.#failures += 1;
    this.#fault = fault;
    this.#options.report(fault);
    const delayMs = backoffMs(this.#failures, this.#options.random);
    this.#retry = this.#options.clock.after(delayMs, () => {
      this.#trying = this.#try();
    });
  }

  async #try(): Promise<void> {
    try {
      this.#use(await this.#options.open(this.#ended.signal));
    } catch (error) {
      if (!this.#ended.signal.aborted) this.#tryLater(commandFailure(error));
    }
  }
}

const weightOf = (command: readonly string[]): number => command.reduce((sum, part) => sum + part.length, 0);

export const closedError = (): StoreError => new StoreError("closed", "the store was closed");

const silent = (): StoreError =>
  new StoreError("unavailable", "Redis has answered nothing on a connection: it hangs, or the network is cut", {
    retryable: true,
  });

const movedAway = (): StoreError =>
  new StoreError("unavailable", "the Redis server has become a replica: connecting anew", { retryable: true });
