import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import { asError } from "../../base/errors.ts";
import type { AccessLog } from "./access-log.ts";
import { type SiteAnswer, text } from "./exchange.ts";
import { longestBody, readBody } from "./read-body.ts";
import { answerRequest } from "./site.ts";

export interface HandlerSetup {
  readonly log: AccessLog;
  readonly clock: Clock;
  /** How long every answer is held back, in milliseconds. */
  readonly delayMs: number;
}

const longestTarget = 4_096;

const decide = async (incoming: IncomingMessage): Promise<SiteAnswer> => {
  const target = incoming.url ?? "";
  if (target.length > longestTarget) return text("Request target too long.\n", 414);
  const body = await readBody(incoming);
  if (body === undefined) return text(`At most ${longestBody} bytes of body.\n`, 413);
  const mark = target.indexOf("?");
  return answerRequest({
    method: incoming.method ?? "",
    target,
    path: mark === -1 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? "" : target.slice(mark + 1)),
    header: (name) => String(incoming.headers[name] ?? ""),
    body,
  });
};

/** Runs after `delayMs`, or at once and with `false` when the client goes away first. */
const hold = (clock: Clock, delayMs: number, response: ServerResponse): Promise<boolean> =>
  new Promise((resolve) => {
    if (response.destroyed) return resolve(false);
    if (delayMs === 0) return resolve(true);
    const gone = (): void => {
      timer.cancel();
      resolve(false);
    };
    const timer = clock.after(delayMs, () => {
      response.off("close", gone);
      resolve(true);
    });
    response.once("close", gone);
  });

export interface ExchangeHandler {
  readonly listener: RequestListener;
  /** Resolves when every request that has arrived is answered or given up, and in the log. */
  settled(): Promise<void>;
}

/** Answers requests with the practice website. Every request is in the log before its client sees an answer. */
export const createExchangeHandler = ({ log, clock, delayMs }: HandlerSetup): ExchangeHandler => {
  const running = new Set<Promise<void>>();
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const facts = {
      atMs: clock.monotonicMs(),
      method: incoming.method ?? "-",
      path: incoming.url ?? "-",
      userAgent: incoming.headers["user-agent"] ?? "",
    };
    const { status, headers, body } = await decide(incoming);
    const present = await hold(clock, delayMs, response);
    log.add({ ...facts, status: present ? status : 499 });
    if (!present) return;
    const length = String(Buffer.byteLength(body));
    const last = status === 413 || status === 414 ? { connection: "close" } : {};
    response.writeHead(status, { ...headers, ...last, "content-length": length }).end(body);
  };
  return {
    listener: (incoming, response) => {
      const run = answer(incoming, response)
        .catch((thrown: unknown) => void response.destroy(asError(thrown)))
        .finally(() => running.delete(run));
      running.add(run);
    },
    settled: async () => {
      await Promise.all(running);
    },
  };
};
