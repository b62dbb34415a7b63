import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Servers, Site } from "./sites.ts";

export interface SeenRequest {
  readonly method: string;
  /** As it stood in the request line. */
  readonly path: string;
  /** Names as they were written, and values, by turns. */
  readonly rawHeaders: readonly string[];
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** One character a byte. */
  readonly body: string;
  /** Counts the connections of a run from 1. */
  readonly connection: number;
  /** Counts the requests of a run from 1. */
  readonly number: number;
}

/** A text is the body of a response with status 200. */
export type Answer =
  | string
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string | readonly string[]>>;
      readonly body?: string | Buffer;
    };

export interface HttpSiteOptions {
  /** How a request is listed; `GET /path` when absent. */
  readonly show?: (request: SeenRequest) => string;
  /** The path of the target, `/` when absent. */
  readonly path?: string;
}

type Answering = (request: SeenRequest) => Answer | Promise<Answer>;

const startServer = async () => {
  let answering: Answering = () => "";
  let seen: SeenRequest[] = [];
  let connections = new Map<unknown, number>();
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const connection = connections.get(incoming.socket) ?? connections.size + 1;
    connections.set(incoming.socket, connection);
    const body = (await buffer(incoming)).toString("latin1");
    const { method = "", url: path = "", rawHeaders, headers } = incoming;
    const request = { method, path, rawHeaders, headers, body, connection, number: seen.length + 1 };
    seen.push(request);
    const answer = await answering(request);
    const { status = 200, headers: own = {}, body: text = "" } = typeof answer === "string" ? { body: answer } : answer;
    for (const [name, value] of Object.entries(own)) response.setHeader(name, value);
    response.writeHead(status).end(text);
  };
  const server = createServer((request, response) => {
    // A client that goes away in the middle of its body has what it wants.
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    /** What is seen from now on, which the returned function gives. */
    begin: (answer: Answering): (() => readonly SeenRequest[]) => {
      const log: SeenRequest[] = [];
      answering = answer;
      seen = log;
      connections = new Map();
      return () => log;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const requestLine = ({ method, path }: SeenRequest): string => `${method} ${path}`;

/** A website that answers as the function says. */
export const httpSite = (answer: Answering, { show = requestLine, path = "/" }: HttpSiteOptions = {}): Site => ({
  open: async (servers: Servers) => {
    const server = await servers.get(startServer);
    const seen = server.begin(answer);
    return { target: server.url + path, sent: () => seen().map(show) };
  },
});

/** A website that says the same to everyone. */
export const pageSite = (page: Answer, options?: HttpSiteOptions): Site => httpSite(() => page, options);

/** A website with these paths (with their queries), and 404 for all others. */
export const pathsSite = (pages: Readonly<Record<string, Answer>>, options?: HttpSiteOptions): Site =>
  httpSite(({ path }) => pages[path] ?? { status: 404, body: "not found" }, options);
