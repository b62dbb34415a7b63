import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  defaultRelaySettings,
  relayProps,
  type RelayDesk,
  type RelaySettings,
} from "../../../../src/actors/detect/index.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { noTracing } from "../../../../src/base/tracing.ts";
import { runDetector, type DetectorEvent, type DetectorOptions } from "../../../../src/client/detector/index.ts";
import { Refusals, startRelayDoor } from "../../../../src/control/index.ts";
import type { DetectionEngine, ScanObject, ScanResult, TaskType } from "../../../../src/engines/malware/index.ts";
import { ActorSystem } from "../../../../src/kernel/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";
import type { DetectNode } from "./detect-node.ts";

/** What an engine says of an object. */
export type Scan = (object: ScanObject, signal: AbortSignal) => Promise<ScanResult>;

export interface EngineOptions {
  readonly kind?: string;
  readonly capacity?: number;
  readonly taskTypes?: readonly TaskType[];
}

/** An engine that does what the test says. */
export class ScriptedEngine implements DetectionEngine {
  readonly capacity: number;
  signatureVersion = "1";
  closed = 0;
  running = 0;
  mostRunning = 0;
  readonly #scan: Scan;
  readonly #options: EngineOptions;

  constructor(scan: Scan, options: EngineOptions = {}) {
    this.#scan = scan;
    this.#options = options;
    this.capacity = options.capacity ?? 4;
  }

  describe(): ReturnType<DetectionEngine["describe"]> {
    const { kind = "yara", taskTypes = ["sample-file"] } = this.#options;
    return { kind, class: "static", taskTypes, engineVersion: "1.0", signatureVersion: this.signatureVersion };
  }

  async scan(object: ScanObject, signal: AbortSignal): Promise<ScanResult> {
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      return await this.#scan(object, signal);
    } finally {
      this.running -= 1;
    }
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

/** A detector that runs in this process, and how it ends. */
export class RunningDetector {
  readonly engine: ScriptedEngine;
  readonly events: DetectorEvent[] = [];
  readonly ended: Promise<unknown>;
  readonly #ending = new AbortController();

  constructor(engine: ScriptedEngine, options: Omit<DetectorOptions, "engine" | "signal" | "notify">) {
    this.engine = engine;
    const { signal } = this.#ending;
    this.ended = runDetector({ ...options, engine, signal, notify: (event) => this.events.push(event) }).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  count(type: DetectorEvent["type"]): number {
    return this.events.filter((event) => event.type === type).length;
  }

  until(type: DetectorEvent["type"], times = 1): Promise<void> {
    return until(
      () => this.count(type) >= times,
      () => this.events,
      15_000,
    );
  }

  /** @returns why it failed; undefined: it ended in order */
  async end(): Promise<unknown> {
    this.#ending.abort();
    return this.ended;
  }
}

/** A host with a real relay and its socket, and detectors in this process. The relay speaks to the centre of `node` over gRPC. */
export class DetectHost {
  readonly folder = tempDir("host");
  readonly refusals = new Refusals();
  readonly log = new CapturedLog();
  readonly calls: string[] = [];
  readonly #node: DetectNode;
  readonly #detectors: RunningDetector[] = [];
  readonly #settings: Partial<RelaySettings>;
  #system: ActorSystem | undefined;
  #lives = 0;
  desk: RelayDesk | undefined;

  constructor(node: DetectNode, settings: Partial<RelaySettings> = {}) {
    this.#node = node;
    this.#settings = settings;
    mkdirSync(this.objects);
  }

  get objects(): string {
    return join(this.folder.path, "objects");
  }

  get socket(): string {
    return join(this.folder.path, "relay", "relay.sock");
  }

  /** Starts the relay, and waits until its door is open. */
  async start(): Promise<void> {
    this.#lives += 1;
    const system = new ActorSystem({ node: "node-1", log: this.log.logger });
    this.#system = system;
    const { refusals } = this;
    const common = { clock: systemClock, random: systemRandom, log: this.log.logger, tracing: noTracing, refusals };
    const statistics = (call: string): number => this.calls.push(call);
    const name = `life-${this.#lives}`;
    system.spawn(
      relayProps({
        identity: { host: "machine-1", incarnation: name },
        centre: this.#node.port(),
        space: this.#node.centre.space,
        owner: name,
        openDoor: async (desk) => {
          const door = await startRelayDoor({ ...common, socket: this.socket, desk, statistics });
          if (door !== undefined) this.desk = desk;
          return door;
        },
        settings: {
          ...defaultRelaySettings,
          ...{ windowMs: 50, heartbeatMs: 100, heartbeatTimeoutMs: 2_000, announceMs: 100, objectLingerMs: 0 },
          ...{ objectsPath: this.objects, ...this.#settings },
        },
      }),
      "relay",
    );
    await until(
      () => this.desk !== undefined,
      () => this.log.lines,
      10_000,
    );
  }

  /** Ends the relay in order. Its detectors go on. */
  async stop(): Promise<void> {
    this.desk = undefined;
    await this.#system?.stop();
    this.#system = undefined;
  }

  detector(engine: ScriptedEngine, options: Partial<DetectorOptions> = {}): RunningDetector {
    const name = `${engine.describe().kind}-${this.#detectors.length}`;
    const detector = new RunningDetector(engine, { socket: this.socket, name, folder: this.folder.path, ...options });
    this.#detectors.push(detector);
    return detector;
  }

  /** Ends detectors and relay. */
  async end(): Promise<void> {
    await Promise.all(this.#detectors.map((detector) => detector.end()));
    await this.stop();
    this.folder.remove();
  }
}
