import { Counter, type Registry } from "prom-client";
import type { ScanEvent } from "../../actors/scan/index.ts";

/** What the scan actors of a node have told, counted. */
export class ScanStatistics {
  readonly #events = new Counter({
    name: "garrison_scan_events_total",
    help: "What happened to scans on this node; claim-lost: a claim ran out or was taken, refused: a result came too late",
    labelNames: ["event"],
    registers: [],
  });

  readonly note = ({ type }: ScanEvent): void => this.#events.inc({ event: type });

  addTo(registry: Registry): void {
    registry.registerMetric(this.#events);
  }
}
