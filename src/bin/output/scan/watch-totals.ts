import type { Scan } from "../../../client/index.ts";
import { hasEnded } from "./show-scan.ts";

/** Where some scans stand together, kept up to date one change at a time. */
export class WatchTotals {
  readonly #latest = new Map<string, Scan>();
  plannedRequests = 0;
  endedRequests = 0;
  findings = 0;
  ended = 0;

  /** Puts a scan in the place of what was known of it. */
  set(scan: Scan): void {
    const before = this.#latest.get(scan.id);
    if (before !== undefined) this.#add(before, -1);
    this.#latest.set(scan.id, scan);
    this.#add(scan, 1);
  }

  /** As they are known now, in the order in which they were first set. */
  get scans(): readonly Scan[] {
    return [...this.#latest.values()];
  }

  get count(): number {
    return this.#latest.size;
  }

  #add(scan: Scan, sign: 1 | -1): void {
    this.plannedRequests += sign * scan.plannedRequests;
    this.endedRequests += sign * scan.endedRequests;
    this.findings += sign * scan.findings;
    this.ended += hasEnded(scan) ? sign : 0;
  }
}
