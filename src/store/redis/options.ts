import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { StoreObserver } from "../handle/observed-backend.ts";
import type { Retention } from "../model/unit.ts";

/** What is written about the connections: facts first, then a constant message. */
export interface StoreLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** PEM text. `ca` replaces the machine's trusted certificates; `cert` and `key` go together. */
export interface RedisTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface RedisStoreOptions {
  /** `redis://HOST:PORT[/DB]`, or `rediss://…` for TLS. */
  readonly url: string;
  /** An ACL user; the default one when absent. */
  readonly username?: string;
  readonly password?: string;
  /** For `rediss:` only. */
  readonly tls?: RedisTls;
  readonly clock: Clock;
  /** Spreads the tries of many nodes to connect again; of the machine when absent. */
  readonly random?: Random;
  readonly retention?: Partial<Retention>;
  /** Every call fails after this (default 5,000), connecting included; opening the store after twice this. */
  readonly callTimeoutMs?: number;
  /**
   * Calls about leases fail after this (default 1,000, or `callTimeoutMs` if that is less). Far shorter than the leases are: when the
   * network has forgotten a connection, there is a new one before they run out.
   */
  readonly leaseTimeoutMs?: number;
  /** Calls under way at once, for each connection; more are refused as `busy` (default 1,000). */
  readonly pendingCalls?: number;
  readonly log?: StoreLog;
  /** Told of every call that has ended. */
  readonly observe?: StoreObserver | undefined;
  /** Stores of different namespaces on one server know nothing of each other (default `garrison`). Shaped as a space's name. */
  readonly namespace?: string;
  /** For tests that set the time: the server's clock, in milliseconds, in place of its own. */
  readonly time?: () => number;
}
