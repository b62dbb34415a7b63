import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it arrived. */
export interface NotedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Empty: none was sent. */
  readonly contentType: string;
  readonly body: Buffer;
}

/** An HTTP server on loopback that answers everything with 200 and notes it. */
export class NotingSite {
  static async start(): Promise<NotingSite> {
    const site = new NotingSite();
    await new Promise<void>((resolve) => site.#server.listen(0, "127.0.0.1", resolve));
    return site;
  }

  readonly seen: NotedRequest[] = [];
  readonly #server = createServer((request, response) => {
    const { method = "", url: target = "", headers } = request;
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      this.seen.push({ method, target, contentType: headers["content-type"] ?? "", body: Buffer.concat(parts) });
      response.end("{}");
    });
  });

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
