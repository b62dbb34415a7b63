import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { asError } from "../../../../src/base/errors.ts";

/** What the starter playbook for failed logins reports. */
export interface Ticket {
  readonly title: string;
  readonly description: string;
  /** Id of the scan. */
  readonly scan: string;
  /** How many there are of each severity. */
  readonly findings: Readonly<Record<string, number>>;
  /** The run. */
  readonly reference: string;
}

/** Where answers are reported, with a memory that is no part of the product. A report with the same `Idempotency-Key` is the same ticket. */
export class TicketSystem {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly #server: ReturnType<typeof createServer>;
  readonly #byKey: ReadonlyMap<string, Ticket>;

  private constructor(server: ReturnType<typeof createServer>, byKey: ReadonlyMap<string, Ticket>) {
    this.#server = server;
    this.#byKey = byKey;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<TicketSystem> {
    const byKey = new Map<string, Ticket>();
    const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const key = String(request.headers["idempotency-key"] ?? "");
      const ticket = JSON.parse(await text(request)) as Ticket;
      if (!byKey.has(key)) byKey.set(key, ticket);
      response.end(JSON.stringify({ ticket_id: key }));
    };
    const server = createServer((request, response) => {
      // Of a sender that died in the middle nothing is left.
      take(request, response).catch((error: unknown) => response.destroy(asError(error)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TicketSystem(server, byKey);
  }

  get tickets(): readonly Ticket[] {
    return [...this.#byKey.values()];
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
