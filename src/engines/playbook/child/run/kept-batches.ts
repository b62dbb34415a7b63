/** Items of one frame, as JSON: far below what a frame may have. */
const mostBytes = 1024 * 1024;

interface Waiting<Item> {
  readonly item: Item;
  readonly bytes: number;
}

/**
 * Tells a node what it is to keep, and hears that it has. One batch is on its way at a time: what comes meanwhile goes with the next,
 * so that a node under load commits more at once and holds no more than one batch of each run.
 */
export class KeptBatches<Item> {
  readonly #send: (items: readonly Item[]) => void;
  readonly #kept: (item: Item) => void;
  #waiting: Waiting<Item>[] = [];
  #sent: readonly Item[] = [];
  #willSend = false;

  /**
   * @param send tells the node a batch
   * @param kept called for each item that is kept, in the order added
   */
  constructor(send: (items: readonly Item[]) => void, kept: (item: Item) => void) {
    this.#send = send;
    this.#kept = kept;
  }

  /** Items that are added before the caller returns to the event loop go in one batch. */
  add(item: Item): void {
    this.#waiting.push({ item, bytes: Buffer.byteLength(JSON.stringify(item)) });
    if (this.#sent.length === 0) this.#sendSoon();
  }

  /** The node has kept those of the batch on its way for which this is true. */
  keep(isKept: (item: Item) => boolean): void {
    const kept = this.#sent.filter(isKept);
    this.#sent = this.#sent.filter((item) => !isKept(item));
    for (const item of kept) this.#kept(item);
    if (this.#sent.length === 0 && this.#waiting.length > 0) this.#sendSoon();
  }

  #sendSoon(): void {
    if (this.#willSend) return;
    this.#willSend = true;
    void Promise.resolve().then(() => {
      this.#willSend = false;
      let bytes = 0;
      const past = this.#waiting.findIndex((next) => (bytes += next.bytes) > mostBytes);
      this.#sent = this.#waiting
        .splice(0, past === -1 ? this.#waiting.length : Math.max(1, past))
        .map(({ item }) => item);
      this.#send(this.#sent);
    });
  }
}
