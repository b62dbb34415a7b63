import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A website of a test, with the requests it has seen. */
export interface PlainSite {
  readonly url: string;
  readonly seen: readonly { readonly path: string; readonly atMs: number }[];
  close(): Promise<void>;
}

const ok = (_request: IncomingMessage, response: ServerResponse): void => void response.end("ok");

/** Starts a site on a free port of the loopback address. Every request is noted when it arrives. */
export const startPlainSite = async (answer = ok): Promise<PlainSite> => {
  const seen: { path: string; atMs: number }[] = [];
  const server = createServer((request, response) => {
    seen.push({ path: request.url ?? "", atMs: performance.now() });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
