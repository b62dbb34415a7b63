import type { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../../base/clock.ts";
import { StoreError } from "../errors.ts";
import type { Backend } from "../handle/backend.ts";
import type { StoreObserver } from "../handle/observed-backend.ts";
import { RevisionWaiters } from "../handle/revision-waiters.ts";
import { Spaces } from "../handle/space.ts";
import { weightOfChange, weightOfItem } from "../handle/weight.ts";
import type { CommandName, Commands } from "../model/commands.ts";
import type { Queries, QueryName } from "../model/queries.ts";
import type { Retention } from "../model/unit.ts";
import type { Space, Store } from "../ports.ts";
import { defaultRetention } from "../retention.ts";
import type { ThreadSettings } from "./protocol.ts";
import { ThreadClient, type CallBounds } from "./thread-client.ts";

/** Starts a thread of the entry file `src/bin/store-thread` with these settings as its `workerData`. */
export type StartThread = (settings: ThreadSettings) => Worker;

export interface EmbeddedStoreOptions {
  /** Where the files are. Made if it is not there; shared by any number of processes of this machine. */
  readonly directory: string;
  readonly clock: Clock;
  readonly startThread: StartThread;
  /** Every call fails with `deadline` after this (default 5,000). */
  readonly callTimeoutMs?: number;
  /** Opening and closing fail with `deadline` after this (default 10,000). */
  readonly openTimeoutMs?: number;
  /** Calls under way at once; more are refused as `busy` (default 1,000). */
  readonly pendingCalls?: number;
  readonly retention?: Partial<Retention>;
  /** What would add to the store is refused as `full` while its data has as many bytes (default: as long as the disk has room). */
  readonly maxBytes?: number | undefined;
  /** Told of every call that has ended. */
  readonly observe?: StoreObserver | undefined;
}

/** What calls under way may carry, in characters. */
const pendingWeight = 64 * 1024 * 1024;

/**
 * Opens the store in a directory. Rejects with `corrupt`, `newer-schema`, `unsupported-filesystem`, `full`, or
 * `deadline` if the files cannot be opened in time because another process is frozen with the writer lock.
 */
export const openEmbeddedStore = async (options: EmbeddedStoreOptions): Promise<Store> => {
  const { directory, clock, startThread, callTimeoutMs = 5_000, openTimeoutMs = 10_000 } = options;
  const settings = {
    directory,
    retention: { ...defaultRetention, ...options.retention },
    maxBytes: options.maxBytes,
  };
  const bounds: CallBounds = {
    timeoutMs: callTimeoutMs,
    calls: options.pendingCalls ?? 1_000,
    weight: pendingWeight,
  };
  const waiters: RevisionWaiters = new RevisionWaiters(clock, {
    start: (space, above) => reader.post({ type: "watch", space, above }),
    stop: (space) => reader.post({ type: "unwatch", space }),
  });
  const start = (role: ThreadSettings["role"]): Promise<OpenThread> =>
    openThread(startThread({ ...settings, role }), clock, bounds, waiters, openTimeoutMs);

  const { client: writer, offsetMs } = await start("writer");
  // After the writer: the reader finds files that are whole, and takes no lock.
  const { client: reader } = await start("reader").catch((error: unknown) => {
    writer.kill();
    throw error;
  });
  const { observe } = options;
  return new EmbeddedStore({ clock, writer, reader, waiters, offsetMs, closeTimeoutMs: openTimeoutMs, observe });
};

interface OpenThread {
  readonly client: ThreadClient;
  readonly offsetMs: number;
}

const openThread = (
  worker: Worker,
  clock: Clock,
  bounds: CallBounds,
  waiters: RevisionWaiters,
  timeoutMs: number,
): Promise<OpenThread> =>
  new Promise((resolve, reject) => {
    const timer: Timer = clock.after(timeoutMs, () => {
      reject(
        new StoreError("deadline", `the store did not open within ${timeoutMs} ms: another process may be frozen`),
      );
      client.kill();
    });
    const client: ThreadClient = new ThreadClient(worker, clock, bounds, {
      opened: (offsetMs) => {
        timer.cancel();
        resolve({ client, offsetMs });
      },
      revised: (space, revision) => waiters.tell(space, revision),
      gone: (error) => {
        timer.cancel();
        waiters.close(error);
        reject(error);
      },
    });
  });

interface Parts {
  readonly clock: Clock;
  readonly writer: ThreadClient;
  readonly reader: ThreadClient;
  readonly waiters: RevisionWaiters;
  readonly offsetMs: number;
  readonly closeTimeoutMs: number;
  readonly observe: StoreObserver | undefined;
}

class EmbeddedStore implements Store {
  readonly #parts: Parts;
  readonly #spaces: Spaces;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#spaces = new Spaces(this.#backend(), parts.observe);
  }

  space(name: string): Space {
    return this.#spaces.get(name);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { writer, reader, waiters, closeTimeoutMs } = this.#parts;
    waiters.close(closedError());
    await Promise.all([writer.close(closeTimeoutMs), reader.close(closeTimeoutMs)]);
  }

  #backend(): Backend {
    const { clock, writer, reader, waiters, offsetMs } = this.#parts;
    return {
      clock,
      execute: async <Name extends CommandName>(space: string, name: Name, input: Commands[Name]["input"]) => {
        if (this.#closing !== undefined) throw closedError();
        const output = await writer.call({ type: "execute", space, name, input }, weigh(input));
        return output as Commands[Name]["output"];
      },
      ask: async <Name extends QueryName>(space: string, name: Name, input: Queries[Name]["input"]) => {
        if (this.#closing !== undefined) throw closedError();
        const output = await reader.call({ type: "ask", space, name, input }, 0);
        return output as Queries[Name]["output"];
      },
      changed: async (space, seen, timeoutMs) => {
        if (this.#closing !== undefined) throw closedError();
        return waiters.wait(space, seen, timeoutMs);
      },
      // All processes of the machine read the same monotonic clock.
      toHolderMs: (storeMs) => storeMs - offsetMs,
    };
  }
}

const weigh = (input: Commands[CommandName]["input"]): number => {
  if ("items" in input) return input.items.reduce((sum, item) => sum + weightOfItem(item), 0);
  if ("changes" in input) return input.changes.reduce((sum, change) => sum + weightOfChange(change), 0);
  return 0;
};

const closedError = (): StoreError => new StoreError("closed", "the store was closed");
