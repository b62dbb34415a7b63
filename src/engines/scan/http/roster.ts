/** What a roster holds: it remembers its place there. */
export interface Listed {
  /** Written by the roster only. */
  place: number;
}

/**
 * Things that come and go many thousand times a second, in no order. A Set leaves a trail of old tables behind, each of
 * which keeps alive what was in it until the whole heap is collected.
 */
export class Roster<Item extends Listed> {
  readonly #items: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** To be read only; adding and removing changes it. */
  get items(): readonly Item[] {
    return this.#items;
  }

  add(item: Item): void {
    item.place = this.#items.push(item) - 1;
  }

  /** Nothing happens when it is not there. */
  remove(item: Item): void {
    const { place } = item;
    if (this.#items[place] !== item) return;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#items[place] = last;
    last.place = place;
  }
}
