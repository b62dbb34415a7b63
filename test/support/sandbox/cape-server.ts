import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server says instead of what CAPE would; `hang`: nothing at all. */
export type CapeFault = { readonly status: number } | { readonly text: string } | "hang" | "close";

export interface CapeTask {
  readonly id: number;
  readonly fileName: string;
  readonly content: Buffer;
  status: string;
  deleted: boolean;
}

export interface CapeScript {
  /** Statuses of a task in turn; the last one stays. */
  readonly statuses?: readonly string[];
  /** The report of a task. */
  readonly report?: (task: CapeTask) => unknown;
  /** Tasks that a sample becomes. */
  readonly tasksOfSample?: number;
  /** Asked at each request; undefined: it is answered as CAPE answers. */
  readonly fault?: (path: string, nth: number) => CapeFault | undefined;
}

export const capeToken = "test-token-of-cape";

/** A small server that answers the calls of CAPE's REST API as CAPE does: executes nothing, keeps what it was sent. */
export class CapeServer {
  readonly tasks: CapeTask[] = [];
  /** Paths that were asked for, in order. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #script: CapeScript;

  private constructor(script: CapeScript) {
    this.#script = script;
    this.#server = createServer((request, response) => {
      void this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(script: CapeScript = {}): Promise<CapeServer> {
    const server = new CapeServer(script);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): URL {
    const { port } = this.#server.address() as AddressInfo;
    return new URL(`http://127.0.0.1:${port}/`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const fault = this.#script.fault?.(path, this.asked.filter((each) => each === path).length);
    this.asked.push(path);
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    if (fault === "hang") return;
    if (fault === "close") return void response.destroy();
    if (fault !== undefined && "status" in fault) return void response.writeHead(fault.status).end("{}");
    if (fault !== undefined) return void response.end(fault.text);
    if (request.headers.authorization !== `Token ${capeToken}`) return void response.writeHead(401).end("{}");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(this.#reply(path, request, Buffer.concat(parts))));
  }

  #reply(path: string, request: IncomingMessage, body: Buffer): unknown {
    if (path === "/apiv2/cuckoo/status/") return { error: false, data: { version: "2.4-CAPE", tasks: {} } };
    if (path === "/apiv2/tasks/create/file/") return this.#create(request, body);
    const [, verb = "", id = ""] = /^\/apiv2\/tasks\/(status|delete|get\/report)\/(\d+)\/$/.exec(path) ?? [];
    const task = this.tasks.find((each) => each.id === Number(id));
    if (task === undefined) return { error: true, error_value: "Task does not exist" };
    switch (verb) {
      case "status":
        return { error: false, data: this.#statusOf(task) };
      case "delete":
        task.deleted = true;
        return { data: `Task(s) ID(s) ${id} has been deleted` };
      default:
        return this.#script.report?.(task) ?? { info: { id: task.id }, malscore: 0, signatures: [] };
    }
  }

  #create(request: IncomingMessage, body: Buffer): unknown {
    const [, boundary = ""] = /boundary=(.+)$/.exec(request.headers["content-type"] ?? "") ?? [];
    const headEnd = body.indexOf("\r\n\r\n");
    const [, fileName = ""] = /name="file"; filename="([^"]*)"/.exec(body.toString("latin1", 0, headEnd)) ?? [];
    const end = body.indexOf(`\r\n--${boundary}--\r\n`);
    if (fileName === "" || headEnd === -1 || end === -1) return { error: true, error_value: "No file was submitted" };
    const content = body.subarray(headEnd + 4, end);
    const made = Array.from({ length: this.#script.tasksOfSample ?? 1 }, () => {
      const task = { id: this.tasks.length + 1, fileName, content, status: "pending", deleted: false };
      this.tasks.push(task);
      return task.id;
    });
    return { error: [], data: { task_ids: made, message: `Task ID ${made.join()} has been submitted` }, errors: [] };
  }

  #statusOf(task: CapeTask): string {
    const statuses = this.#script.statuses ?? ["pending", "running", "completed", "reported"];
    const path = `/apiv2/tasks/status/${task.id}/`;
    const nth = this.asked.filter((each) => each === path).length - 1;
    task.status = statuses[Math.min(nth, statuses.length - 1)] ?? "reported";
    return task.status;
  }
}
