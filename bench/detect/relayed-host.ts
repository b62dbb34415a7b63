import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { defaultRelaySettings, relayProps, type ObjectCounts, type RelayDesk } from "../../src/actors/detect/index.ts";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { noTracing } from "../../src/base/tracing.ts";
import { runDetector } from "../../src/client/detector/index.ts";
import { Refusals, startRelayDoor } from "../../src/control/index.ts";
import { ActorSystem } from "../../src/kernel/index.ts";
import { CapturedLog } from "../../test/support/captured-log.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import { until } from "../../test/support/until.ts";
import { detectorCapacity, type Host } from "./host.ts";
import type { MeasuredCentre } from "./measured-centre.ts";
import { readerEngine } from "./reader-engine.ts";

export interface RelayedHostOptions {
  readonly windowMs: number;
  /** How long an object stays that nobody waits for. */
  readonly objectLingerMs: number;
}

const startMs = 30_000;
const emptyMs = 60_000;

/** A host with a relay and its socket, and one detector of each kind, which talk to it over that socket. */
export class RelayedHost implements Host {
  static async start(
    centre: MeasuredCentre,
    machine: string,
    kinds: readonly string[],
    options: RelayedHostOptions,
  ): Promise<RelayedHost> {
    const host = new RelayedHost(machine);
    await host.#startRelay(centre, options);
    for (const kind of kinds) host.#startDetector(kind);
    return host;
  }

  readonly #machine: string;
  readonly #folder = tempDir("bench-host");
  readonly #log = new CapturedLog();
  readonly #system: ActorSystem;
  readonly #ending = new AbortController();
  readonly #detectors: Promise<void>[] = [];
  #desk: RelayDesk | undefined;

  private constructor(machine: string) {
    this.#machine = machine;
    this.#system = new ActorSystem({ node: machine, log: this.#log.logger });
  }

  /** Of the relay's cache. */
  async objects(): Promise<ObjectCounts> {
    if (this.#desk === undefined) throw new Error("the relay has not begun");
    return (await this.#desk.view()).objectCounts;
  }

  /** Resolves when the cache holds no byte any more. */
  emptied(): Promise<void> {
    return until(
      async () => (await this.objects()).residentBytes === 0,
      () => this.#log.lines,
      emptyMs,
    );
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#detectors);
    await this.#system.stop();
    this.#folder.remove();
  }

  get #socket(): string {
    return join(this.#folder.path, "relay", "relay.sock");
  }

  async #startRelay(centre: MeasuredCentre, options: RelayedHostOptions): Promise<void> {
    const log = this.#log.logger;
    const door = { clock: systemClock, random: systemRandom, log, tracing: noTracing, refusals: new Refusals() };
    const objectsPath = join(this.#folder.path, "objects");
    mkdirSync(objectsPath);
    this.#system.spawn(
      relayProps({
        identity: { host: this.#machine, incarnation: "1" },
        centre: centre.port(),
        space: centre.space,
        owner: this.#machine,
        openDoor: async (desk) => {
          this.#desk = desk;
          return startRelayDoor({ ...door, socket: this.#socket, desk, statistics: () => undefined });
        },
        settings: { ...defaultRelaySettings, objectsPath, ...options },
      }),
      "relay",
    );
    await until(
      () => this.#desk !== undefined,
      () => this.#log.lines,
      startMs,
    );
  }

  #startDetector(kind: string): void {
    const engine = readerEngine(kind, detectorCapacity);
    const { signal } = this.#ending;
    const options = { engine, socket: this.#socket, signal, name: kind, folder: this.#folder.path };
    this.#detectors.push(runDetector(options));
  }
}
