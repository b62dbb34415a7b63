import { Counter, Histogram, type Registry } from "prom-client";
import type { StoreObserver } from "../../store/index.ts";

/** What the calls of a node's store came to, from its opening on: the store is open before there is a page that shows it. */
export class StoreStatistics {
  readonly #seconds = new Histogram({
    name: "garrison_store_call_seconds",
    help: "Calls of the store that were answered, or given up at their deadline",
    labelNames: ["call"],
    buckets: [0.000_5, 0.002, 0.01, 0.05, 0.25, 1, 5],
    registers: [],
  });
  readonly #failures = new Counter({
    name: "garrison_store_failures_total",
    help: "Calls of the store that failed, by why: full, unavailable, deadline, stale-guard and others",
    labelNames: ["call", "code"],
    registers: [],
  });

  readonly observe: StoreObserver = (call, outcome, ms) => {
    this.#seconds.observe({ call }, ms / 1_000);
    if (outcome !== "ok") this.#failures.inc({ call, code: outcome });
  };

  addTo(registry: Registry): void {
    registry.registerMetric(this.#seconds);
    registry.registerMetric(this.#failures);
  }
}
