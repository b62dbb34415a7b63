import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import {
  createScanEngine,
  type RunOptions,
  type ScanEngine,
  type ScanOutcome,
  type Template,
} from "../../../src/engines/scan/index.ts";
import { createOob } from "../../../src/engines/scan/oob/index.ts";
import { dnsSite } from "../../unit/engines/scan/key-cases/dns-site.ts";
import type { Servers, Site } from "../../unit/engines/scan/key-cases/sites.ts";
import { startFlowThread } from "../engine-threads.ts";
import { sharedSessionKeys } from "../session-keys.ts";
import { startOutside } from "./outside.ts";

/** A run against a site, and what the site was sent. */
export interface SiteRun extends ScanOutcome {
  readonly sent: readonly string[];
}

const deadlineMs = 15_000;

/**
 * One engine for runs against many sites, one after the other, with everything that templates can need: flows, files,
 * self-contained requests, a collaborator. All names are 127.0.0.1, and nothing but 127.0.0.0/8 is in scope.
 */
export class LoopbackEngine {
  readonly #engine: ScanEngine;
  readonly #servers: Servers;

  private constructor(engine: ScanEngine, servers: Servers) {
    this.#engine = engine;
    this.#servers = servers;
  }

  static async start(servers: Servers): Promise<LoopbackEngine> {
    const { engine: dns } = await dnsSite(() => undefined).open(servers);
    const { server } = await servers.get(startOutside);
    const engine = createScanEngine({
      clock: systemClock,
      scope: ["127.0.0.0/8"],
      ...dns,
      // Sites that are gone or refuse a handshake must not make the engine leave their host alone.
      hostHealth: { maxFailures: 1_000_000 },
      enable: { selfContained: true, file: true },
      startFlowThread,
      oob: createOob({
        server,
        clock: systemClock,
        random: systemRandom,
        createKeys: sharedSessionKeys,
        pollMs: 10,
        waitMs: 150,
      }),
    });
    return new LoopbackEngine(engine, servers);
  }

  async run(templates: readonly Template[], site: Site, options: Partial<RunOptions> = {}): Promise<SiteRun> {
    const { target, sent } = await site.open(this.#servers);
    const signal = AbortSignal.timeout(deadlineMs);
    const outcome = await this.#engine.run({ target, templates, signal, ...options });
    if (outcome.aborted) throw new Error(`the run has not ended after ${deadlineMs} ms`);
    return { ...outcome, sent: sent() };
  }

  /** Its servers are closed by whoever has them. */
  close(): Promise<void> {
    return this.#engine.close();
  }
}
