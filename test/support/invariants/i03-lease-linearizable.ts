import { after, type LeaseCall, type Lock } from "./lease-model/lock.ts";
import { Zone } from "./lease-model/zone.ts";
import type { Violation } from "./violation.ts";

/** States that are looked at before a key is given up as undecided. */
const mostStates = 50_000;

export interface LeaseVerdict {
  readonly violations: readonly Violation[];
  /** Names whose history took too long to decide. */
  readonly undecided: readonly string[];
}

/**
 * I3: the calls of each lease can be put into one order, each at an instant between its start and its answer, in which a lock that runs
 * out by itself would have answered as the store did. The search is that of Wing and Gong with a memory of what was tried, as Porcupine
 * has it; the instants are kept as zones of a timed automaton.
 */
export const checkLeases = (history: readonly LeaseCall[]): LeaseVerdict => {
  const keys = new Map<string, { readonly call: LeaseCall; readonly at: number }[]>();
  history.forEach((call, at) => {
    const calls = keys.get(call.key) ?? [];
    keys.set(call.key, calls);
    calls.push({ call, at });
  });
  const violations: Violation[] = [];
  const undecided: string[] = [];
  for (const [key, calls] of keys) {
    const search = new Search(calls.map(({ call }) => call));
    const found = search.run();
    if (found === undefined) undecided.push(key);
    if (found !== false) continue;
    const at = calls[search.furthest]?.at ?? history.length;
    violations.push({ invariant: "I3", message: `the calls of ${key} fit no lock that runs out`, at, about: key });
  }
  return { violations, undecided };
};

/** One call and whether the order that is being tried has it already. */
interface Entry {
  readonly call: LeaseCall;
  readonly index: number;
  done: boolean;
}

/** The search for an order of the calls of one lease. */
class Search {
  /** The call, by its place in the history, that no order got beyond. */
  furthest = 0;
  readonly #entries: readonly Entry[];
  /** Those that were answered, in the order of their answers: what has to come into the order soonest is tried first. */
  readonly #answered: readonly Entry[];
  readonly #unanswered: readonly Entry[];
  readonly #seen = new Set<string>();
  #left: number;
  #states = 0;

  constructor(calls: readonly LeaseCall[]) {
    this.#entries = calls.map((call, index) => ({ call, index, done: false }));
    this.#answered = this.#entries
      .filter(({ call }) => call.answeredAtMs !== undefined)
      .sort((one, other) => answeredAtMs(one) - answeredAtMs(other));
    this.#unanswered = this.#entries.filter(({ call }) => call.answeredAtMs === undefined);
    this.#left = this.#answered.length;
  }

  /** Whether there is an order; `undefined` if that is not known yet after a long search. */
  run(): boolean | undefined {
    return this.#from({ holder: undefined, highest: 0, zone: Zone.start }, 0);
  }

  /** @param first the first answered call that may not be in the order yet */
  #from(lock: Lock, first: number): boolean | undefined {
    if (this.#left === 0) return true;
    let next = first;
    while (this.#answered[next]?.done === true) next += 1;
    const soonest = this.#answered[next];
    if (soonest === undefined) return true;
    this.furthest = Math.max(this.furthest, soonest.index);
    if ((this.#states += 1) > mostStates) return undefined;
    for (const entry of this.#candidates(next, answeredAtMs(soonest))) {
      const found = this.#try(lock, entry, next);
      if (found !== false) return found;
    }
    return false;
  }

  #try(lock: Lock, entry: Entry, next: number): boolean | undefined {
    for (const state of after(lock, entry.call)) {
      entry.done = true;
      if (this.#isNew(state)) {
        this.#left -= entry.call.answeredAtMs === undefined ? 0 : 1;
        const found = this.#from(state, next);
        if (found !== false) return found;
        this.#left += entry.call.answeredAtMs === undefined ? 0 : 1;
      }
      entry.done = false;
    }
    return false;
  }

  /** Calls that were made before the answer that comes soonest: any other one has to wait for that. */
  *#candidates(next: number, soonestMs: number): Generator<Entry> {
    for (let place = next; place < this.#answered.length; place += 1) {
      const entry = this.#answered[place];
      if (entry !== undefined && !entry.done && entry.call.calledAtMs <= soonestMs) yield entry;
    }
    for (const entry of this.#unanswered) if (!entry.done && entry.call.calledAtMs <= soonestMs) yield entry;
  }

  #isNew({ holder, highest, zone }: Lock): boolean {
    let done = "";
    for (const entry of this.#entries) done += entry.done ? "1" : "0";
    const state = `${done} ${holder?.owner} ${holder?.token} ${highest} ${zone.toString()}`;
    if (this.#seen.has(state)) return false;
    this.#seen.add(state);
    return true;
  }
}

const answeredAtMs = ({ call }: Entry): number => call.answeredAtMs ?? Number.POSITIVE_INFINITY;
