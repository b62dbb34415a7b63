import { FailureError } from "./failure.ts";
import { failedOutcome, type HttpOutcome, notSent, outcomeOf } from "./http-outcome.ts";
import type { Connection, ConnectionOwner } from "./http1/connection.ts";
import type { HttpRequest } from "./http-request.ts";
import type { Origin } from "./pools.ts";
import { firstHop, type SendContext, type Transport } from "./transport.ts";

const mostRunners = 250;
/** For the first parts to arrive, before the last bytes follow. */
const settleMs = 20;

/** What becomes of a runner's connection concerns nobody else. */
const onlyRunner: ConnectionOwner = {
  onFree: () => undefined,
  onClosed: () => undefined,
  onUnanswered: (exchange, error) => exchange.fail(error),
};

/** A request whose connection stands. */
interface Runner {
  readonly at: number;
  readonly request: HttpRequest;
  readonly origin: Origin;
  readonly connection: Connection;
}

/**
 * Opens a connection for each request, writes each but for its last byte, then the last bytes of all in one go: the
 * other side gets them as near to one moment as the network permits.
 *
 * @returns an outcome for each request, in their order
 * @throws only what `beforeSend` throws
 */
export const race = async (
  transport: Transport,
  requests: readonly HttpRequest[],
  context: SendContext,
): Promise<readonly HttpOutcome[]> => {
  const outcomes: HttpOutcome[] = [];
  const runners: Runner[] = [];
  const line = async (request: HttpRequest, at: number): Promise<void> => {
    if (at >= mostRunners) {
      const error = new FailureError("protocol", `a race takes at most ${mostRunners} requests`);
      outcomes[at] = { ...failedOutcome(error, request), attempts: 0 };
      return;
    }
    const origin = await transport.admit(firstHop(request), context);
    if ("kind" in origin) {
      outcomes[at] = notSent(origin);
      return;
    }
    try {
      const connection = await origin.pool.open(onlyRunner);
      runners.push({ at, request, origin, connection });
    } catch (thrown) {
      outcomes[at] = failedOutcome(thrown, request);
    }
  };
  try {
    for (const lined of await Promise.allSettled(requests.map(line))) {
      if (lined.status === "rejected") throw lined.reason;
    }
    await start(transport, runners, outcomes, context);
  } finally {
    for (const { connection } of runners) connection.destroy();
  }
  return outcomes;
};

const start = async (
  transport: Transport,
  runners: readonly Runner[],
  outcomes: HttpOutcome[],
  context: SendContext,
): Promise<void> => {
  const finishes: Promise<void>[] = [];
  const lastBytes: (() => void)[] = [];
  for (const { at, request, origin, connection } of runners) {
    const hop = firstHop(request);
    const deadlineMs = transport.timeoutMs(request, context);
    try {
      const exchange = transport.exchange({ origin, hop, request, deadlineMs, isAlone: true }, context);
      const finish = outcomeOf(transport, exchange, hop, request).then((outcome) => void (outcomes[at] = outcome));
      finishes.push(finish);
      connection.expect(exchange);
      connection.write(exchange.bytes.slice(0, -1));
      lastBytes.push(() => connection.write(exchange.bytes.slice(-1)));
    } catch (thrown) {
      outcomes[at] = { ...failedOutcome(thrown, request), attempts: 0 };
    }
  }
  await new Promise<void>((resolve) => void transport.clock.after(settleMs, resolve));
  for (const release of lastBytes) release();
  await Promise.all(finishes);
};
