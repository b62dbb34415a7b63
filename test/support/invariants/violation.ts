import { AssertionError } from "node:assert/strict";
import type { History } from "../history.ts";

export type InvariantId = `I${number}`;

/** A place in a history where an invariant does not hold. */
export interface Violation {
  readonly invariant: InvariantId;
  readonly message: string;
  /** Index of the event in the history; its length for what is missing at the end. */
  readonly at: number;
  /** What the events that matter mention; without it all may matter. */
  readonly about?: string;
}

export type Check = (history: History) => Violation[];

const shown = 3;
const eventsBefore = 12;

/** @throws AssertionError that says `violated I<n>: …` for the first violations, with the events that led to the first */
export const assertNone = (violations: readonly Violation[], history: History): void => {
  const [first] = violations;
  if (first === undefined) return;
  const lines = violations
    .slice(0, shown)
    .map(({ invariant, message, at }) => `violated ${invariant}: ${message} (event ${at})`);
  const events = history
    .slice(Math.max(0, first.at - eventsBefore), first.at + 1)
    .map((event) => JSON.stringify(event));
  throw new AssertionError({ message: [...lines, "events before the first:", ...events].join("\n") });
};
