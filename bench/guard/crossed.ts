import type { AttackerSays } from "./attacker.ts";

/** How one account that exceeded the limit fared, over all front ends. */
export interface Crossed {
  /** From the access that crossed the limit until the last front end denied one. */
  readonly tookMs: number;
  /** Accesses that were let through after that one. */
  readonly leaked: number;
  /** Accesses that one front end let through, at most: below the limit, it alone could not have told. */
  readonly mostOfOne: number;
}

/**
 * @param seen by each front end
 * @throws when it did not cross the limit, or a front end never denied it
 */
export const crossed = (account: string, seen: AttackerSays["accounts"], threshold: number): Crossed => {
  const passedMs = seen.flatMap((each) => each.passedMs).toSorted((one, other) => one - other);
  const crossedMs = passedMs[threshold];
  if (crossedMs === undefined) throw new Error(`${account} was denied after ${passedMs.length} accesses: too early`);
  const deniedMs = seen.map((each) => each.deniedMs ?? Infinity);
  if (deniedMs.includes(Infinity)) throw new Error(`${account} is not denied by every front end`);
  return {
    tookMs: Math.max(...deniedMs) - crossedMs,
    leaked: passedMs.length - threshold - 1,
    mostOfOne: Math.max(...seen.map((each) => each.passedMs.length)),
  };
};
