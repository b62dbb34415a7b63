import { setTimeout as pause } from "node:timers/promises";
import { parseInterceptRule } from "../../src/engines/intercept/index.ts";
import { GuardedHost, spoolBytes } from "../../test/chaos/guard/service/guarded-host.ts";
import { ServiceNodes } from "../../test/chaos/guard/service/service-nodes.ts";
import { TcpProxy } from "../../test/support/network/tcp-proxy.ts";
import { until } from "../../test/support/until.ts";
import { median, type Report } from "../report.ts";
import { inTurn } from "../rounds.ts";
import { BenchChild } from "./child.ts";
import type { PacedCall, PacedSays } from "./paced-front-end.ts";

export const name = "guard-slowed";

const delaysMs = [0, 5, 50, 200];
const [roundMs, goneMs, reportAgeMs] = [2_000, 30_000, 100];
/** So many, since a p99 of microseconds is as noisy as the machine: 0 ms away differs from undisturbed by nothing else. */
const rounds = 15;
const mostRatio = 1.3;
const drainMs = 120_000;
/** `segmentBytes` × `maxSegments` of `createGuard`. */
const queueBytes = 16 * 1_048_576;
const rule = parseInterceptRule({
  ...{ number: 1, name: "never", subject: "account", threshold: 1_000_000, windowMs: 600_000, blockMs: 60_000 },
});

/** A front end's p99 while its proxy reaches the service late or not at all, and what the service has counted when it is back. */
export const run = async (report: Report): Promise<void> => {
  const nodes = await ServiceNodes.start(1);
  const [node = ""] = nodes.ids;
  const way = await TcpProxy.start(() => nodes.port(node), { host: "::1", port: nodes.port(node) });
  const host = new GuardedHost("host");
  let frontEnd: BenchChild<PacedCall, PacedSays> | undefined;
  try {
    await nodes.guard.putRule(rule);
    await host.serve({ addresses: [`[::1]:${way.port}`], token: nodes.token }, reportAgeMs);
    await host.follows();
    frontEnd = await BenchChild.start<PacedCall, PacedSays>("paced-front-end", [host.shared, String(rule.number), "1"]);
    const slowed = new Slowed(nodes, way, host, frontEnd);
    await slowed.delays(report);
    await slowed.absence(node, report);
  } finally {
    await frontEnd?.end();
    await host.end();
    await way.close();
    await nodes.end();
  }
};

class Slowed {
  readonly #nodes: ServiceNodes;
  readonly #way: TcpProxy;
  readonly #host: GuardedHost;
  readonly #frontEnd: BenchChild<PacedCall, PacedSays>;
  #calm: readonly number[] = [];

  constructor(nodes: ServiceNodes, way: TcpProxy, host: GuardedHost, frontEnd: BenchChild<PacedCall, PacedSays>) {
    [this.#nodes, this.#way, this.#host, this.#frontEnd] = [nodes, way, host, frontEnd];
  }

  async delays(report: Report): Promise<void> {
    const delayed = Object.fromEntries(delaysMs.map((delayMs) => [String(delayMs), () => this.#delayed(delayMs)]));
    const samples = await inTurn({ undisturbed: () => this.#delayed(0), ...delayed }, rounds);
    this.#calm = samples.undisturbed;
    for (const delayMs of delaysMs) {
      report.add({
        ...{ what: `check(), the service ${delayMs} ms away: p99`, unit: "µs" },
        ours: (samples as Readonly<Record<string, readonly number[]>>)[String(delayMs)] ?? [],
        peer: { name: "undisturbed", samples: this.#calm },
        aim: { atMost: mostRatio },
      });
    }
  }

  async absence(node: string, report: Report): Promise<void> {
    this.#way.heal();
    const before = await this.#drained(0);
    await this.#nodes.kill(node);
    const p99s: number[] = [];
    let [spool, queue] = [0, 0];
    for (let left = goneMs / roundMs; left > 0; left -= 1) {
      p99s.push((await this.#frontEnd.call({ ms: roundMs })).p99Micros);
      const bytes = this.#host.bytes();
      [spool, queue] = [Math.max(spool, bytes.spool), Math.max(queue, bytes.queue)];
    }
    const backMs = performance.now();
    await this.#nodes.restart(node);
    await this.#nodes.owned();
    await this.#drained(before);
    console.log(
      `  all was counted ${Math.round(performance.now() - backMs)} ms after the node was started again; once each`,
    );
    const peer = { name: "undisturbed", samples: p99s.map(() => median(this.#calm)) };
    const what = `check(), the service gone for ${goneMs / 1_000} s`;
    report.add({ what: `${what}: p99`, unit: "µs", ours: p99s, peer, aim: { atMost: mostRatio } });
    for (const [of, bytes, limit] of [
      ["spool", spool, spoolBytes],
      ["queue", queue, queueBytes],
    ] as const) {
      const most = { name: "bound", samples: [limit] };
      report.add({ what: `${what}: most of the ${of}`, unit: "B", ours: [bytes], peer: most, aim: { atMost: 1 } });
    }
  }

  /** The proxy's calls and the answers are late by half of it each. */
  async #delayed(delayMs: number): Promise<number> {
    for (const direction of ["there", "back"] as const) this.#way.set(direction, { delayMs: delayMs / 2 });
    return (await this.#frontEnd.call({ ms: roundMs })).p99Micros;
  }

  /**
   * Waits until the service has counted what was recorded, and fails if it counts more. It counts from its start.
   * @param before what was counted before that
   * @returns how many accesses it has counted in all
   */
  async #drained(before: number): Promise<number> {
    const { recorded, dropped } = await this.#frontEnd.call({ ms: 0 });
    const wanted = recorded - dropped;
    let counted = 0;
    const count = async (): Promise<number> => {
      const shards = await this.#nodes.owned();
      return (counted = shards.reduce((sum, { passed }) => sum + passed, before));
    };
    await until(
      async () => (await count()) >= wanted,
      () => ({ recorded, dropped, counted, bytes: this.#host.bytes() }),
      drainMs,
    );
    // What is sent twice would come by now.
    await pause(10 * reportAgeMs);
    if ((await count()) !== wanted) throw new Error(`${wanted} accesses were recorded and ${counted} counted`);
    console.log(`  ${recorded} accesses recorded, ${dropped} dropped, ${counted} counted`);
    return counted;
  }
}
