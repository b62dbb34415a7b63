/**
 * Room that all outboxes of a node share. None holds more than is free, so that some always is: those of peers that are silent cannot take
 * all of it from the others.
 */
export class OutboxBudget {
  #leftBytes: number;

  constructor(bytes: number) {
    this.#leftBytes = bytes;
  }

  /**
   * @param heldBytes what this outbox has taken already
   * @returns false: it would hold more than is free now, and nothing was taken
   */
  take(bytes: number, heldBytes: number): boolean {
    if (heldBytes + bytes > this.#leftBytes) return false;
    this.#leftBytes -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#leftBytes += bytes;
  }
}
