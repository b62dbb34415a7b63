import { Counter, Gauge, type Registry } from "prom-client";
import type { ProxyView } from "../../actors/guard/index.ts";

/** What becomes of the accesses of a host, where this node is the proxy of its front ends. */
export class GuardProxyStatistics {
  readonly #view: () => Promise<ProxyView | undefined>;
  readonly #spoolBytes = new Gauge({
    name: "garrison_guard_proxy_spool_bytes",
    help: "Reports of this host's front ends that the service has not acknowledged, on the disk",
    registers: [],
  });
  readonly #oldest = new Gauge({
    name: "garrison_guard_proxy_oldest_seconds",
    help: "Age of the oldest of these reports",
    registers: [],
  });
  readonly #following = new Gauge({
    name: "garrison_guard_proxy_following",
    help: "1 while the table of this host's front ends is the one of the service",
    registers: [],
  });
  readonly #entries = new Gauge({
    name: "garrison_guard_proxy_entries",
    help: "Interceptions in the table of this host's front ends",
    registers: [],
  });
  readonly #counts = new Counter({
    name: "garrison_guard_proxy_total",
    help: "What came from this host's front ends, and what became of it; dropped: accesses that front ends had no room for",
    labelNames: ["what"],
    registers: [],
  });

  /** @param view of the proxy; undefined: this node cannot say now */
  constructor(view: () => Promise<ProxyView | undefined>) {
    this.#view = view;
  }

  addTo(registry: Registry): void {
    for (const gauge of [this.#spoolBytes, this.#oldest, this.#following, this.#entries])
      registry.registerMetric(gauge);
    registry.registerMetric(this.#counts);
  }

  async refresh(): Promise<void> {
    const view = await this.#view();
    for (const gauge of [this.#spoolBytes, this.#oldest, this.#following, this.#entries]) gauge.reset();
    this.#counts.reset();
    if (view?.state !== "active") return;
    const { reports, table } = view;
    this.#spoolBytes.set(reports.spoolBytes);
    this.#oldest.set(reports.oldestMs / 1_000);
    this.#following.set(table.subscription === "following" ? 1 : 0);
    this.#entries.set(table.entries);
    const { rows, accesses, dropped, malformed, torn } = reports;
    const { sentReports: sent, failedReports: failed, storedParts: stored, lostParts: lost } = reports;
    const counts = { rows, accesses, dropped, malformed, torn, sent, failed, stored, lost };
    for (const [what, count] of Object.entries(counts)) this.#counts.inc({ what }, count);
  }
}
