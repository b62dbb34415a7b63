import type { Askable, OpenAsk } from "../mail/ask.ts";
import type { Watchable, Watcher } from "../mail/watchable.ts";
import type { RemoteCell, RemotePort, RemoteRef } from "./remote-port.ts";

/** This node's side of an actor of another node: the asks that wait for it and the actors that watch it. */
export class RemoteActorCell implements RemoteCell, Askable, Watchable {
  readonly node: string;
  readonly path: string;
  readonly incarnation: number;
  firstAsk: OpenAsk | undefined = undefined;
  gone = false;
  readonly #port: RemotePort;
  #watchers: Set<Watcher> | undefined = undefined;

  constructor(port: RemotePort, { node, path, incarnation }: RemoteRef) {
    this.#port = port;
    this.node = node;
    this.path = path;
    this.incarnation = incarnation;
  }

  get watched(): boolean {
    return this.#watchers !== undefined;
  }

  deliver(message: unknown): boolean {
    return this.#port.tell(this, message);
  }

  deliverAsk(ask: OpenAsk, message: unknown): void {
    this.#port.ask(this, message, ask);
  }

  stop(): Promise<void> {
    return this.#port.stop(this);
  }

  addWatcher(watcher: Watcher): void {
    if (this.#watchers !== undefined) {
      this.#watchers.add(watcher);
      return;
    }
    this.#watchers = new Set([watcher]);
    this.#port.watch(this);
  }

  removeWatcher(watcher: Watcher): void {
    if (this.#watchers?.delete(watcher) !== true || this.#watchers.size > 0) return;
    this.#watchers = undefined;
    this.#port.unwatch(this);
  }

  ended(): void {
    this.gone = this.incarnation !== 0;
    const watchers = this.#watchers;
    this.#watchers = undefined;
    for (const watcher of watchers ?? []) watcher.targetStopped(this);
  }
}
