import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Accepted, RespondEvent } from "../../actors/respond/index.ts";

const seconds = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 30];
const runSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 120, 600];

/** The processes of playbooks of a node. */
export interface PlaybookProcesses {
  /** Those that are spare included. */
  readonly alive: number;
  readonly spare: number;
  /** Since the node started. */
  readonly started: number;
}

/** What became of events and runs on a node, counted and timed. */
export class RespondStatistics {
  readonly #processes: () => PlaybookProcesses;
  readonly #stored = new Counter({
    name: "garrison_events_stored_total",
    help: "Events that were stored by this node; known: they had been before",
    labelNames: ["status"],
    registers: [],
  });
  readonly #storeSeconds = new Histogram({
    name: "garrison_event_store_seconds",
    help: "How long the events of one call took to be stored",
    buckets: seconds,
    registers: [],
  });
  readonly #decided = new Histogram({
    name: "garrison_event_decision_seconds",
    help: "From the time an event was stored until its runs were made, by whether there was a binding for it",
    labelNames: ["state"],
    buckets: seconds,
    registers: [],
  });
  readonly #suppressed = new Counter({
    name: "garrison_playbooks_suppressed_total",
    help: "Playbooks that were not started for an event that a binding is for, by why; depth, cycle: answers would have gone round",
    labelNames: ["reason"],
    registers: [],
  });
  readonly #runs = new Histogram({
    name: "garrison_run_seconds",
    help: "Runs that ended on this node, by how; reason: why they failed",
    labelNames: ["state", "reason"],
    buckets: runSeconds,
    registers: [],
  });
  readonly #events = new Counter({
    name: "garrison_respond_events_total",
    help: "What happened to runs on this node; claim-lost: a claim ran out or was taken, refused: an end came too late",
    labelNames: ["event"],
    registers: [],
  });

  /** @param processes asked whenever the metrics are read */
  constructor(processes: () => PlaybookProcesses) {
    this.#processes = processes;
  }

  stored({ results }: Accepted, ms: number): void {
    const known = results.filter(({ status }) => status === "known").length;
    this.#stored.inc({ status: "accepted" }, results.length - known);
    this.#stored.inc({ status: "known" }, known);
    this.#storeSeconds.observe(ms / 1_000);
  }

  readonly note = (event: RespondEvent): void => {
    this.#events.inc({ event: event.type });
    if (event.type === "decided") {
      this.#decided.observe({ state: event.state }, event.waitedMs / 1_000);
      for (const reason of event.suppressed) this.#suppressed.inc({ reason });
    }
    if (event.type === "ended") {
      this.#runs.observe({ state: event.state, reason: event.reason ?? "" }, event.tookMs / 1_000);
    }
  };

  addTo(registry: Registry): void {
    registry.registerMetric(this.#stored);
    registry.registerMetric(this.#storeSeconds);
    registry.registerMetric(this.#decided);
    registry.registerMetric(this.#suppressed);
    registry.registerMetric(this.#runs);
    registry.registerMetric(this.#events);
    const processes = this.#processes;
    const registers = [registry];
    new Gauge({
      name: "garrison_playbook_processes",
      help: "Processes of playbooks: those that run one, and those that are spare",
      labelNames: ["state"],
      registers,
      collect() {
        const { alive, spare } = processes();
        this.set({ state: "running" }, alive - spare);
        this.set({ state: "spare" }, spare);
      },
    });
    new Counter({
      name: "garrison_playbook_processes_started_total",
      help: "Processes of playbooks that were started",
      registers,
      collect() {
        this.reset();
        this.inc(processes().started);
      },
    });
  }
}
