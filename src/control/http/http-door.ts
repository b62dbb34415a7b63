import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../kernel/index.ts";
import type { Endpoint } from "../../wire/index.ts";
import { isLocalHost } from "../access/local-host.ts";
import type { RefusalReason, Refusals } from "../access/refusals.ts";
import type { ServerTls } from "../tls/server-tls.ts";
import { TlsRefusals } from "../tls/tls-refusals.ts";
import { HttpPort } from "./http-port.ts";
import type { PageAccess } from "./page-access.ts";

/** What is answered. */
export interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Makes a page, for those who may see it. */
export interface PageSource {
  readonly make: () => Promise<Page>;
  readonly access: PageAccess;
}

export interface HttpDoorSetup {
  readonly address: Endpoint;
  /** By path. */
  readonly pages: ReadonlyMap<string, PageSource>;
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly log: Logger;
  /** Absent: it speaks in the clear. */
  readonly tls?: ServerTls | undefined;
}

const mostConnections = 64;
const statuses: Readonly<Partial<Record<RefusalReason, number>>> = {
  "bad-method": 405,
  "no-token": 401,
  "wrong-token": 401,
};

const pathOf = ({ url = "" }: IncomingMessage): string => url.split("?", 1)[0] ?? "";

const plain = "text/plain; charset=utf-8";

/** The HTTP port: pages for programs that watch a node. Nothing can be changed through it, and nothing learned through a browser. */
export class HttpDoor {
  readonly #setup: HttpDoorSetup;
  /** Opened and closed by whoever has the door. */
  readonly port: HttpPort;

  constructor(setup: HttpDoorSetup) {
    this.#setup = setup;
    const { tls, refusals, clock, log } = setup;
    const faults = new TlsRefusals("http", refusals, clock, log);
    this.port = new HttpPort({
      address: setup.address,
      maxHeaderBytes: 8_192,
      maxConnections: mostConnections,
      onDrop: () => setup.refusals.count("http", "too-many-connections"),
      serve: (request, response) => void this.#serve(request, response),
      clock,
      tls: tls && { source: tls.source, onFault: (from, problem) => faults.count("not-tls", from, problem) },
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
    // With TLS, a name that an attacker has made to point here fails at the certificate.
    const isOwn = this.#setup.tls !== undefined || isLocalHost(request.headers.host, this.port.number);
    if (!isOwn) return "bad-host";
    const site = request.headers["sec-fetch-site"];
    const foreign = site !== undefined && site !== "same-origin" && site !== "none";
    if (request.headers.origin !== undefined || foreign) return "cross-origin";
    if (request.method !== "GET" && request.method !== "HEAD") return "bad-method";
    return this.#setup.pages.get(pathOf(request))?.access(request);
  }

  #turnAway(reason: RefusalReason): Page {
    this.#setup.refusals.count("http", reason);
    return { status: statuses[reason] ?? 403, type: plain, body: `refused: ${reason}\n` };
  }

  async #page(request: IncomingMessage): Promise<Page> {
    const path = pathOf(request);
    const page = this.#setup.pages.get(path);
    if (page === undefined) {
      return { status: 404, type: plain, body: `pages: ${[...this.#setup.pages.keys()].join(" ")}\n` };
    }
    try {
      return await page.make();
    } catch (error) {
      this.#setup.log.error({ err: error, path }, "a page could not be made");
      return { status: 500, type: plain, body: "a defect in the node; its log says more\n" };
    }
  }
}
