/**
 * What the scheduler and the probes of one node have to know of each other before an item runs alone, because it may kill the process:
 * which task claims of this node the store would blame for that. Each life of either begins with nothing.
 */
export class AloneGate {
  readonly #unsettled = new Set<number>();
  #extracting = false;
  #wanted = false;

  /** Task claims that the store has not been told of, or may be handing out right now, that they merely wait. */
  get unsettled(): number {
    return this.#unsettled.size + (this.#extracting ? 1 : 0);
  }

  /** An item waits for this node to hold nothing else: extract no more tasks meanwhile. */
  get wanted(): boolean {
    return this.#wanted;
  }

  want(wanted: boolean): void {
    this.#wanted = wanted;
  }

  /** A task is being asked for: it counts as unsettled before it is known. */
  extract(): void {
    this.#extracting = true;
  }

  /** What the asking came to. */
  extracted(token: number | undefined): void {
    this.#extracting = false;
    if (token !== undefined) this.#unsettled.add(token);
  }

  /** The store knows that this claim merely waits, or the claim is over. */
  settle(token: number): void {
    this.#unsettled.delete(token);
  }

  /** A scheduler begins a life: it holds no claims. */
  reset(): void {
    this.#unsettled.clear();
    this.#extracting = false;
  }
}
