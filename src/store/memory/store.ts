import type { Clock } from "../../base/clock.ts";
import { StoreError } from "../errors.ts";
import type { Backend } from "../handle/backend.ts";
import { RevisionWaiters } from "../handle/revision-waiters.ts";
import type { StoreObserver } from "../handle/observed-backend.ts";
import { Spaces } from "../handle/space.ts";
import type { Retention } from "../model/unit.ts";
import type { Space, Store } from "../ports.ts";
import { defaultRetention } from "../retention.ts";
import { MemoryDatabase } from "./database.ts";

export interface MemoryStoreOptions {
  readonly clock: Clock;
  readonly retention?: Partial<Retention>;
}

/**
 * Carries one call to the database and its answer back. `run` makes the change, or throws as the store refuses it.
 * A simulation delays, loses the call or loses the answer; the default runs it at once.
 */
export type Carry = <Output>(run: () => Output) => Promise<Output>;

/** An async function turns what `run` throws into a rejection and settles in a microtask. */
const atOnce: Carry = async (run) => Promise.resolve(run());

/** The one database of all handles that are opened on it. */
export const createMemoryDatabase = ({ clock, retention }: MemoryStoreOptions): MemoryDatabase =>
  new MemoryDatabase(clock, { ...defaultRetention, ...retention });

/**
 * Opens a handle on a memory database. Promises settle by microtasks alone; only `changed` takes a timer, from the
 * database's clock.
 */
export const openMemoryStore = (database: MemoryDatabase, carry: Carry = atOnce, observe?: StoreObserver): Store =>
  new MemoryStore(database, carry, observe);

class MemoryStore implements Store {
  readonly #spaces: Spaces;
  readonly #waiters: RevisionWaiters;
  readonly #unlisten: () => void;
  #closed = false;

  constructor(database: MemoryDatabase, carry: Carry, observe: StoreObserver | undefined) {
    const waiters = new RevisionWaiters(database.clock);
    const call: Carry = async (run) => {
      if (this.#closed) throw closedError();
      return carry(run);
    };
    const backend: Backend = {
      clock: database.clock,
      execute: (space, name, input) => call(() => database.execute(space, name, input)),
      ask: (space, name, input) => call(() => database.ask(space, name, input)),
      changed: async (space, seen, timeoutMs) => {
        if (this.#closed) throw closedError();
        waiters.tell(space, database.ask(space, "revision", undefined));
        return waiters.wait(space, seen, timeoutMs);
      },
      toHolderMs: (storeMs) => database.toHolderMs(storeMs),
    };
    this.#spaces = new Spaces(backend, observe);
    this.#waiters = waiters;
    this.#unlisten = database.listen((space, revision) => waiters.tell(space, revision));
  }

  space(name: string): Space {
    return this.#spaces.get(name);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#unlisten();
    this.#waiters.close(closedError());
    return Promise.resolve();
  }
}

const closedError = (): StoreError => new StoreError("closed", "the store was closed");
