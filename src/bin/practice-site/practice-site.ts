import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "../../base/clock.ts";
import { asError } from "../../base/errors.ts";
import { AccessLog, type AccessRecord } from "./access-log.ts";
import { PracticeSiteError } from "./errors.ts";
import { createExchangeHandler } from "./handler.ts";

export interface PracticeSiteOptions {
  /** Port on 127.0.0.1; 0 (the default) takes a free one. */
  readonly port?: number;
  /** How long every answer is held back, in milliseconds, 0 to 60,000. Default 0. */
  readonly delayMs?: number;
  /** File to which the access log is appended; without it the log is in memory only. */
  readonly log?: string;
  readonly clock?: Clock;
}

export interface PracticeSite {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** The newest requests, oldest first (see `AccessLog`). */
  requests(): readonly AccessRecord[];
  /** Ends all connections, records requests that were waiting as 499, closes the log. Safe to call twice. */
  close(): Promise<void>;
}

const loopback = "127.0.0.1";
const mostConnections = 256;

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new PracticeSiteError("cannot-listen", `Cannot listen on ${loopback}:${port}: ${error.message}`, {
          ids: { port },
          cause: error,
        }),
      ),
    );
    server.listen(port, loopback, resolve);
  });

const inRange = (name: string, value: number, highest: number): number => {
  if (Number.isInteger(value) && value >= 0 && value <= highest) return value;
  throw new PracticeSiteError("bad-option", `${name} must be a whole number from 0 to ${highest}.`, {
    ids: { option: name },
  });
};

/**
 * Starts the practice website: a company's site with more than 300 pages and many deliberate weaknesses, reachable
 * from this machine only. Throws a PracticeSiteError.
 */
export const startPracticeSite = async (options: PracticeSiteOptions = {}): Promise<PracticeSite> => {
  const { log: path, clock = systemClock } = options;
  const port = inRange("port", options.port ?? 0, 65_535);
  const delayMs = inRange("delayMs", options.delayMs ?? 0, 60_000);
  const log = new AccessLog(path);
  const handler = createExchangeHandler({ log, clock, delayMs });
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
    },
    handler.listener,
  );
  server.maxConnections = mostConnections;
  server.on("clientError", (_error, socket) => {
    log.add({ atMs: clock.monotonicMs(), method: "-", path: "-", status: 400, userAgent: "" });
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    else socket.destroy();
  });
  try {
    await listen(server, port);
  } catch (thrown) {
    log.close();
    throw asError(thrown);
  }
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await handler.settled();
    log.close();
  };
  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}`,
    requests: () => log.newest(),
    close: () => (closing ??= close()),
  };
};
