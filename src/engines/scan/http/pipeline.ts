import { asError } from "../../../base/errors.ts";
import { failedOutcome, type HttpOutcome, notSent, outcomeOf } from "./http-outcome.ts";
import type { Exchange } from "./http1/exchange.ts";
import type { HttpRequest, Pipelining } from "./http-request.ts";
import type { OriginPool } from "./http1/origin-pool.ts";
import { firstHop, type SendContext, type Transport } from "./transport.ts";

const mostConnections = 100;

/**
 * Sends requests in bundles: those of a bundle are written one behind the other on one connection, whose answers come
 * in the same order. Requests that a site leaves unanswered when it closes the connection go on another one, as long
 * as it answers at least one on each.
 *
 * @returns an outcome for each request, in their order
 * @throws only what `beforeSend` throws
 */
export const pipelined = async (
  transport: Transport,
  requests: readonly HttpRequest[],
  { connections, perConnection }: Pipelining,
  context: SendContext,
): Promise<readonly HttpOutcome[]> => {
  const outcomes: HttpOutcome[] = [];
  const queue = [...requests.entries()];
  const bundles = (function* () {
    for (let bundle = takeBundle(queue, perConnection); bundle.length > 0; bundle = takeBundle(queue, perConnection)) {
      yield bundle;
    }
  })();
  const lane = async (): Promise<void> => {
    for (const bundle of bundles) await new Bundle(transport, context, outcomes).send(bundle);
  };
  const width = Math.max(Math.min(connections, mostConnections, requests.length), 1);
  for (const lined of await Promise.allSettled(Array.from({ length: width }, lane))) {
    if (lined.status === "rejected") throw lined.reason;
  }
  return outcomes;
};

type Queued = readonly [at: number, request: HttpRequest];

/** The next requests, which all go to the same place. */
const takeBundle = (queue: Queued[], most: number): readonly Queued[] => {
  const place = ({ url, connectTo }: HttpRequest): string => (connectTo ?? url).origin;
  const [first] = queue;
  if (first === undefined) return [];
  const end = queue.findIndex(([, request], index) => index >= most || place(request) !== place(first[1]));
  return queue.splice(0, end === -1 ? queue.length : end);
};

/** Requests that go over one connection, or more where the site closes it. */
class Bundle {
  readonly #transport: Transport;
  readonly #context: SendContext;
  readonly #outcomes: HttpOutcome[];
  readonly #finishes: Promise<void>[] = [];
  #unsent: Exchange[] = [];

  constructor(transport: Transport, context: SendContext, outcomes: HttpOutcome[]) {
    this.#transport = transport;
    this.#context = context;
    this.#outcomes = outcomes;
  }

  /** Resolves when each of them has its outcome. */
  async send(requests: readonly Queued[]): Promise<void> {
    let pool: OriginPool | undefined;
    for (const [at, request] of requests) {
      const hop = firstHop(request);
      const origin = await this.#transport.admit(hop, this.#context);
      if ("kind" in origin) {
        this.#outcomes[at] = notSent(origin);
        continue;
      }
      pool = origin.pool;
      const deadlineMs = this.#transport.timeoutMs(request, this.#context);
      try {
        const sending = { origin, hop, request, deadlineMs, isAlone: false };
        const exchange = this.#transport.exchange(sending, this.#context);
        this.#unsent.push(exchange);
        const finish = outcomeOf(this.#transport, exchange, hop, request);
        this.#finishes.push(finish.then((outcome) => void (this.#outcomes[at] = outcome)));
      } catch (thrown) {
        this.#outcomes[at] = { ...failedOutcome(thrown, request), attempts: 0 };
      }
    }
    if (pool !== undefined) await this.#write(pool);
  }

  async #write(pool: OriginPool): Promise<void> {
    while (this.#unsent.length > 0) {
      const exchanges = this.#unsent;
      this.#unsent = [];
      try {
        await this.#over(pool, exchanges);
      } catch (thrown) {
        for (const exchange of exchanges) exchange.fail(asError(thrown));
      }
    }
    await Promise.all(this.#finishes);
  }

  /** Sends them over one connection. Resolves when they are answered or have to go over another. */
  async #over(pool: OriginPool, exchanges: readonly Exchange[]): Promise<void> {
    let settle = (): void => undefined;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    const connection = await pool.open({
      onFree: settle,
      onClosed: settle,
      onUnanswered: (exchange, error) => {
        if (!exchange.isReplayable) return exchange.fail(error);
        exchange.detach();
        this.#unsent.push(exchange);
      },
    });
    for (const exchange of exchanges) {
      if (!exchange.isOver) connection.send(exchange);
    }
    if (exchanges.every(({ isOver }) => isOver)) connection.destroy();
    await settled;
    connection.destroy();
  }
}
