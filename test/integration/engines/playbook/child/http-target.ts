import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback on which playbooks act: it remembers what came, and answers when it may. */
export class HttpTarget {
  /** Method and path of each request, in their order. */
  readonly requests: string[] = [];
  /** Requests that were given up before they were answered. */
  readonly aborted: string[] = [];
  readonly #server = createServer((request, response) => this.#take(request, response));
  readonly #held = new Set<ServerResponse>();

  /** To be called in a suite. */
  constructor() {
    before(async () => {
      this.#server.listen(0, "127.0.0.1");
      await once(this.#server, "listening");
    });
    after(async () => {
      this.#server.closeAllConnections();
      this.#server.close();
      await once(this.#server, "close");
    });
    beforeEach(() => {
      this.requests.length = 0;
      this.aborted.length = 0;
    });
  }

  /** An agent of a playbook. */
  get agent(): { readonly [key: string]: unknown } {
    const { port } = this.#server.address() as AddressInfo;
    return {
      type: "http-api",
      name: "target",
      address: { ipv4: ["127.0.0.1"] },
      port: String(port),
      category: ["server"],
    };
  }

  count(request: string): number {
    return this.requests.filter((one) => one === request).length;
  }

  /** Answers what it holds. */
  release(): void {
    for (const response of this.#held) response.end(`{"ip":"192.0.2.7"}`);
    this.#held.clear();
  }

  /** What has `hold` in its path is answered when it is released. */
  #take({ method = "", url = "" }: IncomingMessage, response: ServerResponse): void {
    const name = `${method} ${url}`;
    this.requests.push(name);
    response.setHeader("content-type", "application/json");
    if (!url.includes("hold")) return void response.end(`{"ip":"192.0.2.7"}`);
    this.#held.add(response);
    response.on("close", () => {
      this.#held.delete(response);
      if (!response.writableEnded) this.aborted.push(name);
    });
  }
}
