import { NetworkSet, parseNetwork, v4Network, v4Number, type Network } from "../../../../engines/intercept/index.ts";
import type { NeverBlocked } from "../../../../shared-memory/index.ts";

/** Values of fields, and of the field `ip` networks in which a subject may lie. */
export class SubjectSet {
  readonly #values = new Map<string, Set<string>>();
  readonly #networks = new NetworkSet<true>();

  /** @throws InterceptError `invalid-network` */
  constructor(subjects: readonly NeverBlocked[]) {
    for (const { field, subject } of subjects) {
      if (field === "ip") this.#networks.set(parseNetwork(subject), true);
      else this.#values.set(field, (this.#values.get(field) ?? new Set()).add(subject));
    }
  }

  /** Whether all of the subject is in the set. */
  has(field: string, subject: string): boolean {
    if (field !== "ip") return this.#values.get(field)?.has(subject) ?? false;
    if (this.#networks.size === 0) return false;
    const network = networkOf(subject);
    return network !== undefined && this.#networks.holding(network)[Symbol.iterator]().next().done !== true;
  }
}

const networkOf = (subject: string): Network | undefined => {
  const number = v4Number(subject);
  if (number !== undefined) return v4Network(number);
  try {
    return parseNetwork(subject);
  } catch {
    // Front ends report addresses only; whatever else this is, it lies in no network.
    return undefined;
  }
};
