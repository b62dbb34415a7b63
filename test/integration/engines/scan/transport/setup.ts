import { once } from "node:events";
import type { Socket } from "node:net";
import { systemClock } from "../../../../../src/base/clock.ts";
import { systemRandom } from "../../../../../src/base/random.ts";
import { HttpClient } from "../../../../../src/engines/scan/http/client.ts";
import type { HttpOutcome } from "../../../../../src/engines/scan/http/http-outcome.ts";
import type { HttpRequest } from "../../../../../src/engines/scan/http/http-request.ts";
import { defaultHttpLimits, type HttpLimits } from "../../../../../src/engines/scan/http/limits.ts";
import { createRoute } from "../../../../../src/engines/scan/http/route.ts";
import { parseTarget } from "../../../../../src/engines/scan/http/target.ts";
import type { SendContext } from "../../../../../src/engines/scan/http/transport.ts";
import type { Resolver } from "../../../../../src/engines/scan/net/resolver.ts";
import { createScopeGuard } from "../../../../../src/engines/scan/scope/guard.ts";

export interface ClientOptions {
  readonly scope?: readonly string[];
  readonly limits?: Partial<HttpLimits>;
  readonly resolve?: Resolver;
}

const open = new Set<HttpClient>();

/** A client with the loopback network in scope, closed by `closeClients`. */
export const clientOf = ({ scope = ["127.0.0.1"], limits, resolve }: ClientOptions = {}): HttpClient => {
  const guard = createScopeGuard(scope);
  const client = new HttpClient({
    clock: systemClock,
    random: systemRandom,
    scope: guard,
    proxyScope: guard,
    limits: { ...defaultHttpLimits, totalMs: 3_000, ...limits },
    resolve: resolve ?? (() => Promise.resolve(["127.0.0.1"])),
  });
  open.add(client);
  return client;
};

export const closeClients = async (): Promise<void> => {
  const clients = [...open];
  open.clear();
  await Promise.all(clients.map((client) => client.close()));
};

export const context: SendContext = {
  signal: new AbortController().signal,
  beforeSend: undefined,
  route: createRoute(undefined, []),
  timeoutMs: undefined,
};

/** A plain GET, unless `more` says otherwise. */
export const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url: parseTarget(url),
  headers: [],
  body: undefined,
  redirects: "none",
  maxRedirects: 10,
  maxBytes: undefined,
  ...more,
});

/** Status and body of the last response, or the kind of the failure. */
export const told = ({ responses, failure }: HttpOutcome): string => {
  const last = responses.at(-1);
  if (failure !== undefined) return failure.kind;
  return last === undefined ? "nothing" : `${last.status} ${last.body.toString("latin1")}`;
};

/** Answers each request of a connection with what `answer` gives for its path, as it is. */
export const answering =
  (answer: (path: string, text: string) => string | undefined) =>
  (socket: Socket): void => {
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      for (let end = received.indexOf("\r\n\r\n"); end !== -1; end = received.indexOf("\r\n\r\n")) {
        const text = received.slice(0, end + 4);
        received = received.slice(end + 4);
        const said = answer(text.split(" ")[1] ?? "", text);
        if (said === undefined) socket.destroy();
        else socket.write(said, "latin1");
      }
    });
  };

/** A response with this body and a length. */
export const page = (body: string, head = ""): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${head}\r\n${body}`;

/** The first bytes that come. */
export const firstBytes = async (socket: Socket): Promise<string> => {
  const [chunk] = (await once(socket, "data")) as [Buffer];
  return chunk.toString("latin1");
};
