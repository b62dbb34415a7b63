import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../kernel/index.ts";
import type { Endpoint } from "../../wire/index.ts";
import { isLocalHost } from "../access/local-host.ts";
import type { RefusalReason, Refusals } from "../access/refusals.ts";
import { HttpPort } from "./http-port.ts";

/** What is answered. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export interface HttpDoorSetup {
  readonly address: Endpoint;
  /** By path. */
  readonly pages: ReadonlyMap<string, () => Promise<Page>>;
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly log: Logger;
}

const mostConnections = 64;
const plain = "text/plain; charset=utf-8";

/** The HTTP port: pages for programs of this machine, without a token, so nothing can be changed or learned through a browser. */
export class HttpDoor {
  readonly #setup: HttpDoorSetup;
  /** Opened and closed by whoever has the door. */
  readonly port: HttpPort;

  constructor(setup: HttpDoorSetup) {
    this.#setup = setup;
    this.port = new HttpPort({
      address: setup.address,
      maxHeaderBytes: 8_192,
      maxConnections: mostConnections,
      onDrop: () => setup.refusals.count("http", "too-many-connections"),
      serve: (request, response) => void this.#serve(request, response),
      clock: setup.clock,
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = this.#refuse(request);
    const page = refusal === undefined ? await this.#page(request) : this.#turnAway(refusal);
    response.writeHead(page.status, {
      "content-type": page.type,
      "content-length": Buffer.byteLength(page.body),
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      // A body that nobody reads is not waited for.
      ...(refusal === undefined ? {} : { connection: "close" }),
    });
    response.end(request.method === "HEAD" ? undefined : page.body);
  }

  #refuse(request: IncomingMessage): RefusalReason | undefined {
    if (!isLocalHost(request.headers.host, this.port.number)) return "bad-host";
    const site = request.headers["sec-fetch-site"];
    const foreign = site !== undefined && site !== "same-origin" && site !== "none";
    if (request.headers.origin !== undefined || foreign) return "cross-origin";
    return request.method === "GET" || request.method === "HEAD" ? undefined : "bad-method";
  }

  #turnAway(reason: RefusalReason): Page {
    this.#setup.refusals.count("http", reason);
    return { status: reason === "bad-method" ? 405 : 403, type: plain, body: `refused: ${reason}\n` };
  }

  async #page(request: IncomingMessage): Promise<Page> {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const page = this.#setup.pages.get(path);
    if (page === undefined) {
      return { status: 404, type: plain, body: `pages: ${[...this.#setup.pages.keys()].join(" ")}\n` };
    }
    try {
      return await page();
    } catch (error) {
      this.#setup.log.error({ err: error, path }, "a page could not be made");
      return { status: 500, type: plain, body: "a defect in the node; its log says more\n" };
    }
  }
}
