import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import fastify from "fastify";
import {
  guardExpress,
  guardFastify,
  guardHttp,
  type Guard,
  type InterceptHook,
  type MiddlewareOptions,
} from "../../../src/client/guard/index.ts";

/** What a test asks of the middleware of any framework. */
export interface GuardedServerOptions extends Pick<MiddlewareOptions<IncomingMessage, unknown>, "rules"> {
  readonly decideBy?: readonly number[];
  readonly account?: (request: IncomingMessage) => string | undefined;
  readonly trustedProxies?: readonly string[];
  readonly onDeny?: InterceptHook<IncomingMessage, ServerResponse>;
  readonly onChallenge?: InterceptHook<IncomingMessage, ServerResponse>;
}

/** A server of 127.0.0.1 that answers `through` to what passes its guard. */
export interface GuardedServer {
  readonly port: number;
  close(): Promise<void>;
}

export type StartGuarded = (guard: Guard, options: GuardedServerOptions) => Promise<GuardedServer>;

/** Its clients have addresses of IPv4 that are written as IPv6, as on servers that listen on all addresses. */
const host = "::ffff:127.0.0.1";

const startHttp: StartGuarded = async (guard, options) => {
  const server = createServer(guardHttp(guard, options)((_request, response) => void response.end("through")));
  await once(server.listen(0, host), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
};

const startExpress: StartGuarded = async (guard, options) => {
  const app = express();
  app.use(guardExpress(guard, options));
  app.get("/", (_request, response) => void response.send("through"));
  const server = app.listen(0, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
};

const startFastify: StartGuarded = async (guard, { rules, account, onDeny, onChallenge, ...options }) => {
  const app = fastify({ forceCloseConnections: true });
  await app.register(
    guardFastify<fastify.FastifyRequest, fastify.FastifyReply>(guard, {
      ...options,
      rules: typeof rules === "function" ? ({ raw }) => rules(raw) : rules,
      ...(account && { account: ({ raw }) => account(raw) }),
      ...(onDeny && {
        onDeny: (request, reply, intercepted) => {
          reply.hijack();
          onDeny(request.raw, reply.raw, intercepted);
        },
      }),
      ...(onChallenge && {
        onChallenge: (request, reply, intercepted) => onChallenge(request.raw, reply.raw, intercepted),
      }),
    }),
  );
  app.get("/", () => "through");
  await app.listen({ port: 0, host });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
};

/** Real servers of each framework that there is a middleware for. */
export const guardedServers: Readonly<Record<string, StartGuarded>> = {
  "node:http": startHttp,
  Express: startExpress,
  Fastify: startFastify,
};
