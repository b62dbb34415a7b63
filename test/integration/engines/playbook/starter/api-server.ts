import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json } from "../../../../../src/base/json.ts";

/** A request as an API got it. */
export interface ApiRequest {
  /** `PUT /edr/hosts/pc-1/isolation`: the first part of the path is the name of the API. */
  readonly line: string;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly body: Json;
}

/** A status, or what a 200 answers. */
export type ApiAnswer = number | Readonly<Record<string, Json>>;

/** The systems that the starter playbooks act on, one real HTTP server on loopback for all. What is not said is answered with `{}`. */
export class ApiServer {
  readonly requests: ApiRequest[] = [];
  /** By line; several are given one after the other, the last one again and again. */
  answers: Readonly<Record<string, ApiAnswer | readonly ApiAnswer[]>> = {};
  readonly #given = new Map<string, number>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const line = `${request.method ?? ""} ${request.url ?? ""}`;
        const text = Buffer.concat(parts).toString();
        const { authorization, "idempotency-key": key } = request.headers;
        const body = text === "" ? null : (JSON.parse(text) as Json);
        this.requests.push({ line, authorization, idempotencyKey: key?.toString(), body });
        const answer = this.#answerTo(line);
        const status = typeof answer === "number" ? answer : 200;
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(typeof answer === "number" ? { error: "told to" } : answer));
      });
    });
  }

  static async start(): Promise<ApiServer> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ApiServer(server);
  }

  get lines(): readonly string[] {
    return this.requests.map(({ line }) => line);
  }

  /** Address of one of the APIs. */
  url(name: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${name}`;
  }

  /** What the only request of this line had in it. */
  bodyOf(line: string): Json {
    const [request, ...others] = this.requests.filter((one) => one.line === line);
    if (request === undefined || others.length > 0) throw new Error(`not one ${line}: ${this.lines.join(", ")}`);
    return request.body;
  }

  reset(answers: ApiServer["answers"] = {}): void {
    this.requests.length = 0;
    this.#given.clear();
    this.answers = answers;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #answerTo(line: string): ApiAnswer {
    const answers = [this.answers[line] ?? {}].flat() as readonly ApiAnswer[];
    const given = this.#given.get(line) ?? 0;
    this.#given.set(line, given + 1);
    return answers[Math.min(given, answers.length - 1)] ?? {};
  }
}
