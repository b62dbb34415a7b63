import { systemRandom } from "../../base/random.ts";
import { StoreError } from "../errors.ts";
import type { Backend } from "../handle/backend.ts";
import { RevisionWaiters } from "../handle/revision-waiters.ts";
import { Spaces } from "../handle/space.ts";
import { nameShape, type Space, type Store } from "../ports.ts";
import { defaultRetention } from "../retention.ts";
import { checkSchema, checkServer, type Call } from "./check-server.ts";
import { closedError } from "./connection.ts";
import { FunctionRunner } from "./function-runner.ts";
import { Hints } from "./hints.ts";
import { channelOf } from "./keys.ts";
import { closeLanes, createLanes, type Lanes } from "./lanes.ts";
import { linkOpener } from "./open-link.ts";
import type { RedisStoreOptions, StoreLog } from "./options.ts";
import { createScriptModel } from "./script-model.ts";
import { serverTime, StoreClock } from "./store-clock.ts";
import { targetOf } from "./target.ts";
import { UnderWay } from "./under-way.ts";

/** What calls under way on one connection may carry, in characters. */
const pendingWeight = 64 * 1024 * 1024;

const silentLog: StoreLog = { info: () => undefined, warn: () => undefined };

/**
 * Opens the store on a Redis server, shared by all that open it there with the same namespace. Rejects with
 * `unavailable`, `denied`, `unsupported-server`, `newer-schema`, `corrupt`, `invalid`, `full` or `deadline`.
 */
export const openRedisStore = async (options: RedisStoreOptions): Promise<Store> => {
  const store = new RedisStore(options);
  try {
    await store.open();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
};

class RedisStore implements Store {
  readonly #log: StoreLog;
  readonly #namespace: string;
  readonly #lanes: Lanes;
  readonly #storeClock: StoreClock;
  readonly #waiters: RevisionWaiters;
  readonly #hints: Hints;
  readonly #spaces: Spaces;
  readonly #calls = new UnderWay();
  #closing: Promise<void> | undefined;

  constructor(options: RedisStoreOptions) {
    const { clock, random = systemRandom, callTimeoutMs = 5_000, pendingCalls = 1_000, time } = options;
    const { log = silentLog, namespace = "garrison", leaseTimeoutMs = Math.min(callTimeoutMs, 1_000) } = options;
    if (!nameShape.test(namespace)) {
      throw new StoreError("invalid", `namespace ${namespace}: use lower-case letters, digits, dots and hyphens`);
    }
    this.#log = log;
    this.#namespace = namespace;
    const target = targetOf(options);
    const { database } = target.location;
    const open = linkOpener(target, clock, callTimeoutMs);
    const bounds = { timeoutMs: callTimeoutMs, calls: pendingCalls, weight: pendingWeight };
    this.#lanes = createLanes({ clock, random, bounds, leaseTimeoutMs, open }, log, {
      // Another server may have answered: what its clock says is to be known soon.
      lease: () => void this.#storeClock.sample().catch(() => undefined),
      hints: (link) => this.#hints.opened(link),
    });
    this.#storeClock = new StoreClock(
      clock,
      time === undefined ? serverTime((command) => this.#lanes.lease.call(command)) : () => Promise.resolve(time()),
    );
    this.#waiters = new RevisionWaiters(clock, {
      start: (space) => this.#hints.start(space),
      stop: (space) => this.#hints.stop(space),
    });
    const tell = (space: string, revision: number): void => this.#waiters.tell(space, revision);
    const { execute, ask } = createScriptModel(new FunctionRunner(this.#lanes), {
      namespace,
      retention: { ...defaultRetention, ...options.retention },
      database,
      revised: tell,
      ...(time === undefined ? {} : { time }),
    });
    this.#hints = new Hints({
      clock,
      random,
      connection: this.#lanes.hints,
      channelOf: (space) => channelOf(namespace, space, database),
      revisionOf: (space) => ask(space, "revision", undefined),
      tell,
    });
    const backend: Backend = {
      clock,
      execute: (space, name, input) => this.#calls.run(() => execute(space, name, input)),
      ask: (space, name, input) => this.#calls.run(() => ask(space, name, input)),
      changed: (space, seen, timeoutMs) => this.#waiters.wait(space, seen, timeoutMs),
      toHolderMs: (storeMs) => this.#storeClock.toHolderMs(storeMs),
    };
    this.#spaces = new Spaces(backend, options.observe);
  }

  /** Connects and checks the server. On a failure, close it. */
  async open(): Promise<void> {
    const { lease, queue } = this.#lanes;
    await Promise.all([lease.open(), queue.open()]);
    const deadlineMs = queue.deadlineMs();
    const call: Call = (command) => queue.call(command, deadlineMs);
    await checkServer(call, this.#log);
    await checkSchema(call, this.#namespace);
    await this.#storeClock.sample();
    this.#storeClock.follow();
  }

  space(name: string): Space {
    return this.#spaces.get(name);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#waiters.close(closedError());
    this.#hints.close();
    this.#storeClock.close();
    await this.#calls.end(closedError());
    await closeLanes(this.#lanes);
  }
}
