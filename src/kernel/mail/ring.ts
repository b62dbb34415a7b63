const smallest = 16;

/**
 * A first-in-first-out queue on a circular array that grows by doubling. Taking from the front is constant in time,
 * however long the queue is.
 */
export class Ring<Item> {
  size = 0;
  #slots: (Item | undefined)[] = new Array<Item | undefined>(smallest);
  #mask = smallest - 1;
  #head = 0;

  push(item: Item): void {
    if (this.size > this.#mask) this.#grow();
    this.#slots[(this.#head + this.size) & this.#mask] = item;
    this.size += 1;
  }

  /** The oldest item. Only call it while `size` is above 0: an item may itself be `undefined`. */
  shift(): Item {
    const item = this.#slots[this.#head] as Item;
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & this.#mask;
    this.size -= 1;
    return item;
  }

  /** The oldest item without taking it; `undefined` when there is none. */
  peek(): Item | undefined {
    return this.#slots[this.#head];
  }

  /** How many items fit without growing. */
  get room(): number {
    return this.#mask + 1;
  }

  #grow(): void {
    const old = this.#slots;
    const grown = new Array<Item | undefined>(old.length * 2);
    for (let i = 0; i < this.size; i += 1) grown[i] = old[(this.#head + i) & this.#mask];
    this.#slots = grown;
    this.#mask = grown.length - 1;
    this.#head = 0;
  }
}
