import type { FeedMessage, FeedRequest, GuardPort } from "../../guard-port.ts";

/** One call of the feed, of which each message is asked for. */
export class Subscription {
  readonly #abort = new AbortController();
  readonly #messages: AsyncIterator<FeedMessage>;

  constructor(port: GuardPort, request: FeedRequest) {
    this.#messages = port.subscribe(request, this.#abort.signal)[Symbol.asyncIterator]();
  }

  /** Rejects when there is none any more. */
  async next(): Promise<FeedMessage> {
    const next = await this.#messages.next();
    if (next.done === true) throw new Error("the service has ended the feed");
    return next.value;
  }

  /** Nothing more is asked for. What was asked for may still come or fail. */
  end(): void {
    this.#abort.abort();
    // Whoever feeds may fail when it is ended: nobody waits for that.
    this.#messages.return?.().catch(() => undefined);
  }
}
