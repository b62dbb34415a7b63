import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Tracing } from "../../base/tracing.ts";
import type { Address } from "../address.ts";
import type { ActorCell } from "./actor-cell.ts";
import type { Context, Props } from "../behavior.ts";
import { KernelError } from "../errors.ts";
import { LocalAddress } from "./local-address.ts";
import { RemoteAddress } from "../remote/remote-address.ts";
import type { ShardKind } from "../remote/shard-port.ts";
import { watchableOf } from "../remote/watchable-of.ts";
import type { Logger } from "../logger.ts";
import { settingsOf } from "./settings.ts";
import { TimerSet, type Timers } from "../mail/timers.ts";

/** One life of an actor, from `initial` to `stopped`: the context its behavior sees, and what ends with it. */
export class Life implements Context<unknown> {
  readonly lastFailure: Error | undefined;
  readonly #cell: ActorCell;
  #abort: AbortController | undefined;
  #timers: TimerSet<unknown> | undefined;
  #ended = false;

  constructor(cell: ActorCell, lastFailure: Error | undefined) {
    this.#cell = cell;
    this.lastFailure = lastFailure;
  }

  /** Nothing may begin in it any more. */
  get ended(): boolean {
    return this.#ended;
  }

  get self(): Address<unknown> {
    return this.#cell.address;
  }

  get log(): Logger {
    return this.#cell.log;
  }

  get clock(): Clock {
    return this.#cell.services.clock;
  }

  get random(): Random {
    return this.#cell.services.random;
  }

  get tracing(): Tracing {
    return this.#cell.services.tracing;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#ended) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  get timers(): Timers<unknown> {
    if (this.#timers === undefined) {
      this.#timers = new TimerSet<unknown>(this.clock, (alarm) => this.#cell.alarm(alarm));
      if (this.#ended) this.#timers.close();
    }
    return this.#timers;
  }

  spawn<State, Message>(props: Props<State, Message>, name: string): Address<Message> {
    this.#assertLive("spawn");
    return this.#cell.spawn(settingsOf(props), name).address;
  }

  async stop(child: Address<never>): Promise<void> {
    const remote = RemoteAddress.cellOf(child);
    if (remote !== undefined) return remote.stop();
    const cell = LocalAddress.cellOf(child);
    if (cell?.parent !== this.#cell) {
      throw new KernelError("not-a-child", `${child.path} is no child of ${this.#cell.path}`);
    }
    return cell.stop();
  }

  stopSelf(): void {
    if (!this.#ended) this.#cell.requestStop();
  }

  watch(target: Address<never>, message: unknown): void {
    this.#assertLive("watch");
    this.#cell.watch(watchableOf(target), message);
  }

  unwatch(target: Address<never>): void {
    if (!this.#ended) this.#cell.unwatch(watchableOf(target));
  }

  shard<Message>(kind: ShardKind<Message>, key: string): Address<Message> {
    const { shards } = this.#cell.services;
    if (shards === undefined) throw new KernelError("no-shards", "this node is part of no cluster");
    return shards.address(kind, key);
  }

  /** Ends timers and tells everything that waits on the signal. Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timers?.close();
    this.#abort?.abort();
  }

  #assertLive(what: string): void {
    if (this.#ended) {
      throw new KernelError("stale-context", `${what} after the end of the actor's life`, {
        ids: { path: this.#cell.path },
      });
    }
  }
}
