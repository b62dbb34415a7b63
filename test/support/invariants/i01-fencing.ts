import type { OwnershipEvent } from "./ownership-history.ts";
import type { Violation } from "./violation.ts";

interface Key {
  highest: number;
  readonly owners: Map<number, string>;
}

/** I1: in the order of the store the tokens of accepted writes to a key never decrease, and a token belongs to one incarnation. */
export const checkFencing = (history: readonly OwnershipEvent[]): Violation[] => {
  const violations: Violation[] = [];
  const keys = new Map<string, Key>();
  history.forEach((event, at) => {
    const { key, token, owner } = event;
    const breach = (message: string): void =>
      void violations.push({ invariant: "I1", message: `${key}: ${message}`, at, about: key });
    const known = keys.get(key) ?? { highest: 0, owners: new Map<number, string>() };
    keys.set(key, known);
    switch (event.type) {
      case "granted":
        if (token <= known.highest) breach(`token ${token} was given to ${owner} after ${known.highest}`);
        if (!known.owners.has(token)) known.owners.set(token, owner);
        known.highest = Math.max(known.highest, token);
        return;
      case "renewed":
      case "accepted":
        if (token < known.highest) breach(`token ${token} was ${event.type} after ${known.highest} had been given`);
        if (known.owners.get(token) !== owner) {
          breach(`token ${token} of ${known.owners.get(token) ?? "nobody"} was used by ${owner}`);
        }
        return;
      case "released":
      case "refused":
      case "acted":
        return;
    }
  });
  return violations;
};
