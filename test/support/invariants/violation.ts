import type { History } from "../history.ts";

export type InvariantId = `I${number}`;

/** A place in a history where an invariant does not hold. */
export interface Violation {
  readonly invariant: InvariantId;
  readonly message: string;
  /** Index of the event in the history; its length for what is missing at the end. */
  readonly at: number;
}

export type Check = (history: History) => Violation[];
