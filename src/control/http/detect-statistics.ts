import { Counter, Histogram, type Registry } from "prom-client";
import type { DetectEvent, VerdictView } from "../../actors/detect/index.ts";
import type { CallStatistics } from "../calls/call-observer.ts";
import { RelayMetrics, type RelayFacts } from "./relay-metrics.ts";

const decisionSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 600];

/** What became of digests, tasks and callbacks on a node, and what its relay has. */
export class DetectStatistics {
  readonly #relay: () => Promise<RelayFacts | undefined>;
  readonly #relayMetrics = new RelayMetrics();
  readonly #answered = new Counter({
    name: "garrison_verdict_answers_total",
    help: "Digests that were asked for at this node, by what the verdict library said of them",
    labelNames: ["state"],
    registers: [],
  });
  readonly #decided = new Histogram({
    name: "garrison_detection_seconds",
    help: "From the time a task was made until this node decided it",
    labelNames: ["trust", "degraded"],
    buckets: decisionSeconds,
    registers: [],
  });
  readonly #events = new Counter({
    name: "garrison_detect_events_total",
    help: "What happened at the detection centre on this node",
    labelNames: ["event"],
    registers: [],
  });
  readonly #missing = new Counter({
    name: "garrison_detect_missing_executions_total",
    help: "Executions that were given up on this node, since no live host has a detector of the kind",
    labelNames: ["kind"],
    registers: [],
  });

  readonly #calls = new Histogram({
    name: "garrison_relay_call_seconds",
    help: "Calls of detectors that the relay of this host has answered, by their status",
    labelNames: ["call", "outcome"],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [],
  });

  /** @param relay asked whenever the metrics are read; undefined: another node is the relay of this host */
  constructor(relay: () => Promise<RelayFacts | undefined>) {
    this.#relay = relay;
  }

  readonly answered = ({ state }: VerdictView): void => {
    this.#answered.inc({ state });
  };

  /** Of the relay's door. */
  readonly called: CallStatistics = (call, outcome, ms) => {
    this.#calls.observe({ call, outcome }, ms / 1_000);
  };

  readonly note = (event: DetectEvent): void => {
    this.#events.inc({ event: event.type });
    if (event.type === "decided") {
      this.#decided.observe({ trust: event.trust, degraded: String(event.degraded) }, event.tookMs / 1_000);
    }
    if (event.type === "kind-missing") this.#missing.inc({ kind: event.kind }, event.executions);
  };

  addTo(registry: Registry): void {
    registry.registerMetric(this.#answered);
    registry.registerMetric(this.#decided);
    registry.registerMetric(this.#events);
    registry.registerMetric(this.#missing);
    registry.registerMetric(this.#calls);
    this.#relayMetrics.addTo(registry);
  }

  async refresh(): Promise<void> {
    // A relay that begins or ends does not answer: it has nothing to show.
    this.#relayMetrics.set(await this.#relay().catch(() => undefined));
  }
}
