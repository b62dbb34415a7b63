/** Other announcements of a host that are taken at once: detectors that start and end. */
const burst = 8;
/** After those one is taken in this time, well before its relay counts as gone. */
const everyMs = 5_000;
const mostHosts = 1_000;

/**
 * How often a host may announce something else than before: each change of versions has all verdicts looked through. What comes too soon is not
 * taken; the relay says it again, so that what it says last holds in the end.
 */
export class AnnouncementRate {
  /** By host, when the next change would be due if changes came evenly. */
  readonly #dueMs = new Map<string, number>();

  /** @param nowMs monotonic. @returns false: not yet */
  take(host: string, nowMs: number): boolean {
    const dueMs = Math.max(this.#dueMs.get(host) ?? 0, nowMs);
    if (dueMs - nowMs > (burst - 1) * everyMs) return false;
    if (this.#dueMs.size >= mostHosts) this.#forgetPast(nowMs);
    this.#dueMs.set(host, dueMs + everyMs);
    return true;
  }

  #forgetPast(nowMs: number): void {
    for (const [host, dueMs] of this.#dueMs) if (dueMs <= nowMs) this.#dueMs.delete(host);
    const [oldest] = this.#dueMs.keys();
    if (this.#dueMs.size >= mostHosts && oldest !== undefined) this.#dueMs.delete(oldest);
  }
}
