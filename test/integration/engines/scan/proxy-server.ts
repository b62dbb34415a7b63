import { createServer, request as forward } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A real proxy on a free loopback port. It takes every name for 127.0.0.1. */
export interface ProxyServer {
  readonly url: string;
  readonly port: number;
  /** What it was asked, such as `GET http://h.test/a` and `CONNECT h.test:443`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export interface ProxyServerOptions {
  /** Answers everything with this status instead of passing it on. */
  readonly refuseWith?: number;
  /** Sends this right behind the answer to CONNECT. */
  readonly earlyBytes?: string;
  /** Accepts CONNECT and says nothing. */
  readonly silent?: boolean;
  readonly certificate?: { readonly key: string; readonly cert: string };
}

export const startProxy = async (options: ProxyServerOptions = {}): Promise<ProxyServer> => {
  const asked: string[] = [];
  const { refuseWith, earlyBytes, silent, certificate } = options;
  const server = certificate === undefined ? createServer() : createTlsServer(certificate);
  server.on("request", (request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    if (refuseWith !== undefined) {
      response.writeHead(refuseWith).end("from the proxy");
      return;
    }
    const { port, pathname, search } = new URL(request.url ?? "");
    const { method, headers } = request;
    const passed = forward({ host: "127.0.0.1", port, path: pathname + search, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  });
  server.on("connect", (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url ?? ""}`);
    if (silent === true) return;
    if (refuseWith !== undefined) {
      socket.end(`HTTP/1.1 ${refuseWith} No\r\n\r\n`);
      return;
    }
    const there = connect({ host: "127.0.0.1", port: Number((request.url ?? "").split(":").at(-1)) }, () => {
      socket.write(`HTTP/1.1 200 Connection established\r\n\r\n${earlyBytes ?? ""}`);
      there.pipe(socket).pipe(there);
    });
    there.on("error", () => socket.destroy());
    socket.on("error", () => there.destroy()).on("close", () => there.destroy());
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
