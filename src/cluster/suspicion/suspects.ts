/** Another node from which nothing comes any more. */
export interface SilentPeer {
  readonly node: string;
  readonly incarnation: string;
  /** Since when nothing has come from it, though it was probed; own monotonic clock, in milliseconds. */
  readonly silentMs: number;
}

/** Who of the others does not answer, as the links tell. */
export interface Suspects {
  /**
   * Only peers that were heard of once. One that never was may be well and only out of reach from here: if it were suspected, two nodes
   * whose link stays cut would end each other's successors for ever. Asked several times a second: from memory, without waiting.
   */
  silent(): readonly SilentPeer[];
}
