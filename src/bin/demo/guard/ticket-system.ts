import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

const ticket = z.object({
  title: z.string(),
  description: z.string(),
  /** Id of a scan. */
  scan: z.string(),
  /** Findings by severity. */
  findings: z.record(z.string(), z.number()),
});
export type Ticket = z.infer<typeof ticket>;

const mostBytes = 65_536;

/** Where the playbook of the demo reports: it takes tickets and remembers them. */
export class TicketSystem {
  readonly url: string;
  /** By the key with which whoever files one repeats it. */
  readonly tickets = new Map<string, Ticket>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => (body = (body + part).slice(0, mostBytes)));
      request.on("end", () => {
        try {
          const key = String(request.headers["idempotency-key"]);
          this.tickets.set(key, ticket.parse(JSON.parse(body)));
          response.writeHead(201, { "content-type": "application/json" }).end('{"ticket_id":"T-1"}');
        } catch {
          response.writeHead(400).end();
        }
      });
    });
  }

  /** Listens on a free port of loopback. */
  static async start(): Promise<TicketSystem> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TicketSystem(server);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
