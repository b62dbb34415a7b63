import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { GuardReport, PartOutcome, ReportPart } from "../../../src/actors/guard/guard-port.ts";
import type { Random } from "../../../src/base/random.ts";

/** What becomes of a report, by chance: most are stored, and answered. */
type Fault = "none" | "refused" | "answer-lost" | "late" | "shard-without-owner";
const faults: readonly Fault[] = [
  "none",
  "none",
  "none",
  "none",
  "refused",
  "answer-lost",
  "late",
  "shard-without-owner",
];
const longestMs = 150;

/**
 * Takes reports over HTTP on 127.0.0.1 as the service does: each part counts once by incarnation, shard and sequence, in order. It fails now
 * and then.
 */
export class CountingService {
  readonly #random: Random;
  readonly #server: Server;
  /** Rows of each part, as they first came. */
  readonly #parts = new Map<string, string>();
  /** By incarnation and shard. */
  readonly #last = new Map<string, number>();
  /** Accesses let through, by subject. */
  readonly counted = new Map<string, number>();
  /** Promises that a proxy broke. */
  readonly broken: string[] = [];
  reports = 0;
  repeated = 0;
  failing = true;

  constructor(random: Random) {
    this.#random = random;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let report: GuardReport;
    try {
      report = JSON.parse(await text(request)) as GuardReport;
    } catch {
      // Its sender died meanwhile.
      return;
    }
    this.reports += 1;
    const fault = this.failing ? (faults[this.#random.below(faults.length)] ?? "none") : "none";
    if (fault === "refused") {
      response.writeHead(503).end();
      return;
    }
    const without = fault === "shard-without-owner" ? this.#random.below(8) : undefined;
    const outcomes = report.parts.map((part): PartOutcome => {
      const { shard, sequence } = part;
      if (shard === without) return { shard, sequence, problem: "it has no owner" };
      this.#count(report.incarnation, part);
      return { shard, sequence, problem: undefined };
    });
    if (fault === "late") await pause(this.#random.below(longestMs));
    if (fault === "answer-lost") response.destroy();
    else response.end(JSON.stringify(outcomes));
  }

  #count(incarnation: string, { shard, sequence, rows }: ReportPart): void {
    const lane = `${incarnation}/${shard}`;
    const last = this.#last.get(lane) ?? 0;
    const content = JSON.stringify(rows);
    if (sequence <= last) {
      this.repeated += 1;
      if (this.#parts.get(`${lane}/${sequence}`) !== content)
        this.broken.push(`${lane}/${sequence} is not the same again`);
      return;
    }
    if (sequence !== last + 1) this.broken.push(`${lane}/${sequence} came after ${last}`);
    this.#last.set(lane, sequence);
    this.#parts.set(`${lane}/${sequence}`, content);
    for (const { subject, passed } of rows) this.counted.set(subject, (this.counted.get(subject) ?? 0) + passed);
  }
}
