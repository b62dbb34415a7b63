import {
  KernelError,
  serveAsk,
  type ActorSystem,
  type Address,
  type OpenAsk,
  type RemoteCell,
  type RemotePort,
} from "../../../kernel/index.ts";
import type { RemoteCounters } from "../counters.ts";
import type { Exports } from "../exports.ts";
import { refused, stopped } from "../failures.ts";
import type { KnownTarget } from "../inbound/known-target.ts";
import type { WatchMessage } from "../inbound/watch-actor.ts";
import type { RemoteWatcher } from "../inbound/watch-table.ts";
import type { RemoteRefusal } from "../refusals.ts";

export interface LoopbackSetup {
  readonly system: ActorSystem;
  readonly exports: Exports;
  readonly counters: RemoteCounters;
  /** `/remote`. */
  readonly watches: Address<WatchMessage>;
}

/**
 * An actor of this very node, named as those of other nodes are: nothing is encoded, but only what is exported is reached, so that code
 * behaves the same on whatever node it runs, and an address from outside opens no other door.
 */
export class LoopbackTarget implements RemotePort, RemoteWatcher {
  readonly #setup: LoopbackSetup;
  readonly #target: KnownTarget;
  #watching: RemoteCell | undefined = undefined;
  #watches = 0;

  constructor(setup: LoopbackSetup, target: KnownTarget) {
    this.#setup = setup;
    this.#target = target;
  }

  get watched(): boolean {
    return this.#watching?.watched === true;
  }

  tell(_cell: RemoteCell, message: unknown): boolean {
    const address = this.#find();
    if (typeof address !== "string") return address.tell(message as never);
    this.#undeliverable(address, message);
    return false;
  }

  ask(cell: RemoteCell, message: unknown, ask: OpenAsk): void {
    const address = this.#find();
    if (typeof address === "string") {
      this.#undeliverable(address, message);
      ask.fail(address === "stopped" ? stopped(cell) : refused(cell, address));
      return;
    }
    const failed = (error: Error): void => void ask.fail(error);
    try {
      serveAsk(
        address,
        (served) => {
          ask.whenClosed(() => {
            // It ends with its answer too: then nothing is left to be cancelled.
            if (served.remainingMs() > 0) served.fail(new KernelError("ask-cancelled", "the asker gave up"));
          });
          return { ...(message as object), replyTo: served };
        },
        ask.remainingMs(),
        { answered: (reply) => void ask.tell(reply), failed },
      );
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      failed(error);
    }
  }

  watch(cell: RemoteCell): void {
    const address = this.#find();
    if (typeof address === "string") {
      cell.ended();
      return;
    }
    this.#watching = cell;
    this.#watches += 1;
    this.#setup.watches.tell({ type: "watch", watcher: this, number: this.#watches, address });
  }

  unwatch(): void {
    this.#watching = undefined;
    this.#setup.watches.tell({ type: "unwatch", watcher: this, number: this.#watches });
  }

  terminated(number: number): void {
    if (number !== this.#watches) return;
    const cell = this.#watching;
    this.#watching = undefined;
    cell?.ended();
  }

  async stop(cell: RemoteCell): Promise<void> {
    const exported = this.#target.exported(this.#setup);
    if (typeof exported === "string") throw refused(cell, exported);
    if (!exported.stop) throw refused(cell, "not-stoppable");
    const address = this.#target.find(this.#setup);
    if (typeof address !== "string") await this.#setup.system.stopActor(address);
  }

  #find(): Address<never> | RemoteRefusal | "stopped" {
    const exported = this.#target.exported(this.#setup);
    return typeof exported === "string" ? exported : this.#target.find(this.#setup);
  }

  #undeliverable(why: RemoteRefusal | "stopped", message: unknown): void {
    const { counters, system } = this.#setup;
    if (why !== "stopped") counters.refused[why] += 1;
    system.deadLetters.recordUnsent(this.#target, why === "stopped" ? "stopped" : "refused", message);
  }
}
