import { Counter, Gauge, type Registry } from "prom-client";

/** What the relay of a host tells of itself. Counts are those since it began. */
export interface RelayFacts {
  readonly detectors: readonly {
    readonly description: { readonly kind: string };
    readonly capacity: number;
    readonly load: number;
  }[];
  readonly objectCounts: {
    readonly objects: number;
    readonly residentBytes: number;
    readonly downloads: number;
    readonly downloadedBytes: number;
    readonly corrupt: number;
    readonly failed: number;
  };
  readonly taskCounts: {
    readonly fetches: number;
    readonly fetched: number;
    readonly summaries: number;
    readonly answers: number;
    readonly givenBack: number;
    readonly lost: number;
    /** Here now. */
    readonly tasks: number;
    readonly executions: number;
  };
}

/** The relay of a host and its detectors, as they were when they were looked at last. */
export class RelayMetrics {
  readonly #detectors = new Gauge({
    name: "garrison_detectors",
    help: "Live detectors of this host",
    labelNames: ["kind"],
    registers: [],
  });
  readonly #capacity = new Gauge({
    name: "garrison_detectors_capacity",
    help: "Scans that the detectors of this host can do at once",
    labelNames: ["kind"],
    registers: [],
  });
  readonly #load = new Gauge({
    name: "garrison_detectors_load",
    help: "Tasks that the detectors of this host have at hand",
    labelNames: ["kind"],
    registers: [],
  });
  readonly #resident = new Gauge({
    name: "garrison_relay_resident_bytes",
    help: "Objects on this host for its detectors",
    registers: [],
  });
  readonly #tasks = new Gauge({
    name: "garrison_relay_tasks",
    help: "Tasks of which the relay of this host holds executions",
    registers: [],
  });
  readonly #executions = new Gauge({
    name: "garrison_relay_executions",
    help: "Executions of tasks that the relay of this host holds",
    registers: [],
  });
  readonly #counts = new Counter({
    name: "garrison_relay_total",
    help: "What the relay of this host did: requests for tasks, downloads, summaries, and what they brought",
    labelNames: ["what"],
    registers: [],
  });

  addTo(registry: Registry): void {
    for (const gauge of [this.#detectors, this.#capacity, this.#load]) registry.registerMetric(gauge);
    for (const gauge of [this.#resident, this.#tasks, this.#executions]) registry.registerMetric(gauge);
    registry.registerMetric(this.#counts);
  }

  /** @param facts undefined: another node is the relay of this host */
  set(facts: RelayFacts | undefined): void {
    for (const metric of [this.#detectors, this.#capacity, this.#load]) metric.reset();
    for (const metric of [this.#resident, this.#tasks, this.#executions]) metric.reset();
    this.#counts.reset();
    if (facts === undefined) return;
    for (const { description, capacity, load } of facts.detectors) {
      const { kind } = description;
      this.#detectors.inc({ kind });
      this.#capacity.inc({ kind }, capacity);
      this.#load.inc({ kind }, load);
    }
    const { objects, residentBytes, ...objectCounts } = facts.objectCounts;
    const { tasks, executions, ...taskCounts } = facts.taskCounts;
    this.#resident.set(residentBytes);
    this.#tasks.set(tasks);
    this.#executions.set(executions);
    for (const [what, count] of Object.entries({ objects, ...objectCounts, ...taskCounts })) {
      this.#counts.inc({ what }, count);
    }
  }
}
