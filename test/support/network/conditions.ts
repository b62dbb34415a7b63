/**
 * What happens to the bytes of one direction. `held`: none comes through while it is cut, and all of them when it is mended, as when TCP sends
 * them again. `lost`: they are swallowed; a connection that has lost some is reset when it is mended.
 */
export interface Conditions {
  readonly cut: "none" | "held" | "lost";
  readonly delayMs: number;
  /** Infinity: as fast as it goes. */
  readonly bytesPerSecond: number;
}

export const fine: Conditions = { cut: "none", delayMs: 0, bytesPerSecond: Infinity };
