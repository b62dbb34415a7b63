/** Of nodes that were not named but learned; far more than are needed to find one that lives. */
const mostLearned = 48;

/** The addresses of a cluster's nodes, in a ring, and the one of them that is called. */
export class NodeRing {
  readonly named: readonly string[];
  #learned: readonly string[] = [];
  #current: string;

  /** @param named at least one */
  constructor(named: readonly [string, ...string[]]) {
    this.named = named;
    this.#current = named[0];
  }

  get current(): string {
    return this.#current;
  }

  /** Named and learned, each once. */
  get all(): readonly string[] {
    return [...this.named, ...this.#learned];
  }

  /** What the cluster says of itself now takes the place of what it said before; what was named stays. */
  learn(addresses: readonly string[]): void {
    const added = new Set(addresses.filter((address) => !this.named.includes(address)));
    this.#learned = [...added].slice(0, mostLearned);
  }

  /** Turns to the next node, unless somebody has turned away from this one already. */
  turnFrom(address: string): void {
    if (this.#current !== address) return;
    const { all } = this;
    // One that is not there any more (-1) is followed by the first.
    this.#current = all[(all.indexOf(address) + 1) % all.length] ?? address;
  }
}
