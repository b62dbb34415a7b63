import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Random } from "../../../src/base/random.ts";
import { ownerOfConnection } from "./connection-owner.ts";

/** One request of an action, as the system that it acts on has seen it. Its effect happens when it arrives. */
export interface SeenRequest {
  readonly method: string;
  /** The idempotency key that the product gave to the step. */
  readonly key: string;
  readonly run: string;
  /** Steps of a later stage are started once the playbook has heard how all of the stage ended. */
  readonly stage: number;
  /** Which step of the stage it is. */
  readonly part: number;
  /** Of the process that sent it. */
  readonly pid: number;
  /** On this process's `performance.now`. */
  readonly atMs: number;
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  /** When its answer was sent. */
  answeredAtMs: number | undefined;
  /** When its sender was gone before the answer. */
  cutAtMs: number | undefined;
  /** What it is answered, now or if it is asked for later. */
  readonly answer: Answer;
}

/** Of a request. Equal requests have equal answers, so that what a run comes to depends on nothing else. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What a server does beside noting. */
export interface ActionServerOptions {
  /** By the headers of the request. */
  readonly answerOf?: (headers: IncomingHttpHeaders) => Answer;
  /** Told of a request that was noted; its answer waits for what this resolves with. */
  readonly gate?: (request: SeenRequest) => Promise<void> | undefined;
}

/** The system that the actions of a chaos run act on, in the process of the run, with a log that is no part of the product. */
export interface ActionServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Those that wait for their answer. */
  open(): readonly SeenRequest[];
  /** Resolves once everything is in `seen` that processes sent which had ended before the call. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** How long an answer takes, milliseconds: at least, and how much more at most. */
export interface AnswerTimes {
  readonly leastMs: number;
  readonly moreMs: number;
}

const header = (request: IncomingMessage, name: string): string => String(request.headers[name] ?? "");

const ok: Answer = { status: 200, body: "ok" };

/** Who sent it: what it says itself, or whose connection it is. */
const senderOf = (request: IncomingMessage): number => {
  const said = header(request, "x-process");
  return said === "" ? ownerOfConnection(request.socket) : Number(said);
};

/** Starts one on a free port of the loopback address. `/later/…` is answered after a time, everything else at once and not noted. */
export const startActionServer = async (
  random: Random,
  times: AnswerTimes,
  { answerOf = () => ok, gate = () => undefined }: ActionServerOptions = {},
): Promise<ActionServer> => {
  const seen: SeenRequest[] = [];
  const open = new Set<SeenRequest>();

  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const noted: SeenRequest = {
      method: request.method ?? "",
      key: header(request, "idempotency-key"),
      run: header(request, "x-run"),
      stage: Number(header(request, "x-stage")),
      part: Number(header(request, "x-part")),
      pid: senderOf(request),
      atMs: performance.now(),
      wallMs: Date.now(),
      answeredAtMs: undefined,
      cutAtMs: undefined,
      answer: answerOf(request.headers),
    };
    seen.push(noted);
    open.add(noted);
    const later = (): NodeJS.Timeout =>
      setTimeout(
        () => {
          noted.answeredAtMs = performance.now();
          open.delete(noted);
          response.writeHead(noted.answer.status).end(noted.answer.body);
        },
        times.leastMs + random.below(times.moreMs + 1),
      );
    const gated = gate(noted);
    let answer = gated === undefined ? later() : undefined;
    void gated?.then(() => {
      if (open.has(noted)) answer = later();
    });
    response.on("close", () => {
      if (!open.delete(noted)) return;
      noted.cutAtMs = performance.now();
      clearTimeout(answer);
    });
  };

  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.startsWith("/later/") === true) take(request, response);
    else response.end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    open: () => [...open],
    caughtUp: async () => {
      // Connections are taken in the order in which they came; what was sent over one before is read in the turn after, at the latest.
      for (let turns = 0; turns < 2; turns += 1) await fetch(url, { headers: { connection: "close" } });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
