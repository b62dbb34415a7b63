import { randomBytes } from "node:crypto";
import type { CentrePort } from "../../src/actors/detect/index.ts";
import { DetectNode } from "../../test/integration/control/detect/detect-node.ts";
import { token } from "../../test/integration/control/control-node.ts";
import { until } from "../../test/support/until.ts";
import { WireMeter } from "./wire-meter.ts";

const chunkBytes = 65_536;
const longestMs = 300_000;

/** What the server was asked for, and what crossed its wire. */
export interface Traffic {
  readonly bytes: number;
  /** Requests for tasks. */
  readonly fetches: number;
  /** Requests of any kind to the detection centre, one for each download among them. */
  readonly requests: number;
}

/** A detection centre behind its control plane, whose requests its own metrics count, and the bytes of whose connections a meter. */
export class MeasuredCentre {
  /** @param kinds each has to look at every object, once */
  static async start(kinds: readonly string[]): Promise<MeasuredCentre> {
    const node = await DetectNode.start({
      settings: {
        require: kinds.map((kind) => ({ taskType: "sample-file", kind })),
        // The machine may be slow: what is measured is not who takes over when.
        ...{ deadlineMs: longestMs, missingGraceMs: longestMs, leaseMs: longestMs },
      },
    });
    return new MeasuredCentre(node, new WireMeter(node.address));
  }

  readonly #node: DetectNode;
  readonly #meter: WireMeter;
  #tasks = 0;

  private constructor(node: DetectNode, meter: WireMeter) {
    this.#node = node;
    this.#meter = meter;
  }

  /** For the lease of hosts. */
  get space(): DetectNode["centre"]["space"] {
    return this.#node.centre.space;
  }

  /** As relays call it. */
  port(): CentrePort {
    return this.#node.port();
  }

  /** Stores objects of random bytes and their tasks, without a call. */
  async submit(count: number, bytes: number): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      const submission = { taskType: "sample-file", source: "bench" } as const;
      const { signal } = new AbortController();
      await this.#node.centre.samples.submit(submission, chunksOf(randomBytes(bytes)), signal);
      this.#tasks += 1;
    }
  }

  /** Resolves when every task is decided. @throws Error unless each was decided once, as white, by all that had to look */
  async decided(): Promise<void> {
    const { centre } = this.#node;
    await until(
      () => centre.decisions.size === this.#tasks,
      () => ({ decided: centre.decisions.size, of: this.#tasks }),
      longestMs,
    );
    const decided = centre.events.filter((event) => event.type === "decided");
    const wrong = decided.filter(({ trust, degraded }) => trust !== "white" || degraded);
    if (decided.length === this.#tasks && wrong.length === 0) return;
    throw new Error(`${decided.length} decisions on ${this.#tasks} tasks, not as they should be: ${wrong.length}`);
  }

  /** Since the start. */
  async traffic(): Promise<Traffic> {
    const url = `http://${this.#node.node.plane.httpAddress}/metrics`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    const calls = [...(await response.text()).matchAll(countLine)];
    const requests = (call?: string): number =>
      calls
        .filter(([, name]) => call === undefined || name === call)
        .reduce((sum, [, , count]) => sum + Number(count), 0);
    return { bytes: this.#meter.bytes, fetches: requests("FetchTasks"), requests: requests() };
  }

  async stop(): Promise<void> {
    this.#meter.close();
    await this.#node.stop();
  }
}

/** `garrison_control_call_seconds_count{call="/garrison.v1.CentreService/Announce",outcome="OK"} 7` */
const countLine = /^garrison_control_call_seconds_count\{[^}]*CentreService\/(\w+)[^}]*\} (\d+)$/gm;

async function* chunksOf(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += chunkBytes) {
    yield await Promise.resolve(content.subarray(at, at + chunkBytes));
  }
}
