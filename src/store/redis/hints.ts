import type { Clock, Timer } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Watching } from "../handle/revision-waiters.ts";
import type { Connection } from "./connection.ts";
import type { Link } from "./link.ts";

/** Between two looks at the revisions of spaces for which someone waits, and up to half as much more. */
const pollMs = 1_000;

export interface HintsOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Of its own: a connection that has subscribed is slow to notice anything else. */
  readonly connection: Connection;
  /** Where the revisions of a space are announced. */
  readonly channelOf: (space: string) => string;
  readonly revisionOf: (space: string) => Promise<number>;
  readonly tell: (space: string, revision: number) => void;
}

interface Watched {
  readonly hear: (message: string) => void;
  /** Nobody waits since the last poll: the next one ends it. A loop that waits again at once keeps its subscription. */
  idle: boolean;
}

/**
 * Tells of new revisions while somebody waits for a space: as the server announces them, and by asking every second or
 * so, so that an announcement that is lost is only a delay.
 */
export class Hints implements Watching {
  readonly #options: HintsOptions;
  readonly #watched = new Map<string, Watched>();
  #timer: Timer | undefined;
  #begun = false;

  constructor(options: HintsOptions) {
    this.#options = options;
  }

  start(space: string): void {
    if (!this.#begun) this.#options.connection.openInBackground();
    this.#begun = true;
    this.#timer ??= this.#pollLater();
    const known = this.#watched.get(space);
    if (known !== undefined) {
      known.idle = false;
      return;
    }
    const watched = { hear: this.#hearer(space), idle: false };
    this.#watched.set(space, watched);
    const { link } = this.#options.connection;
    if (link === undefined) void this.#ask(space);
    else this.#subscribe(link, space, watched);
  }

  stop(space: string): void {
    const watched = this.#watched.get(space);
    if (watched !== undefined) watched.idle = true;
  }

  /** A new link knows nothing of the subscriptions. */
  opened(link: Link): void {
    for (const [space, watched] of this.#watched) this.#subscribe(link, space, watched);
  }

  close(): void {
    this.#timer?.cancel();
    this.#watched.clear();
  }

  #hearer(space: string): Watched["hear"] {
    return (message) => {
      const revision = Number(message);
      if (Number.isSafeInteger(revision)) this.#options.tell(space, revision);
    };
  }

  #subscribe(link: Link, space: string, { hear }: Watched): void {
    const subscribed = link.subscribe(this.#options.channelOf(space), hear);
    // What came before the subscription is not announced. If it fails, the polls find everything.
    const ask = (): Promise<void> => this.#ask(space);
    void subscribed.then(ask, ask);
  }

  #pollLater(): Timer {
    const { clock, random } = this.#options;
    return clock.after(pollMs * (1 + random.next() / 2), () => this.#poll());
  }

  #poll(): void {
    const { connection, channelOf } = this.#options;
    for (const [space, { hear, idle }] of this.#watched) {
      if (!idle) {
        void this.#ask(space);
        continue;
      }
      this.#watched.delete(space);
      // If it fails, the link has ended, and with it the subscription.
      connection.link?.unsubscribe(channelOf(space), hear).catch(() => undefined);
    }
    // A link that only listens would not notice that the server is gone.
    if (connection.link !== undefined) connection.call(["PING"]).catch(() => undefined);
    this.#timer = this.#watched.size === 0 ? undefined : this.#pollLater();
  }

  /** Without an answer, the next poll asks again. */
  async #ask(space: string): Promise<void> {
    const { revisionOf, tell } = this.#options;
    const revision = await revisionOf(space).catch(() => undefined);
    if (revision !== undefined) tell(space, revision);
  }
}
