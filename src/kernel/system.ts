import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { systemRandom } from "../base/random.ts";
import { noTracing, type Tracing } from "../base/tracing.ts";
import { type ActorView, viewOf } from "./actor-view.ts";
import type { Address } from "./address.ts";
import { AskTable } from "./mail/ask.ts";
import { same, type Props } from "./behavior.ts";
import { Cell } from "./cell/cell.ts";
import { addCounters, noCounts, type Counters } from "./cell/counters.ts";
import { DeadLetters } from "./mail/dead-letters.ts";
import type { Dispatcher, DispatcherName } from "./dispatch/dispatcher.ts";
import { LocalAddress } from "./cell/local-address.ts";
import { nodeLogger, type Logger } from "./logger.ts";
import { nactDispatchers } from "./dispatch/nact-dispatcher.ts";
import { stopped } from "./cell/phase.ts";
import { RemoteAddress } from "./remote/remote-address.ts";
import { RemoteActorCell } from "./remote/remote-actor-cell.ts";
import type { RemotePort, RemoteRef } from "./remote/remote-port.ts";
import type { ShardPort } from "./remote/shard-port.ts";
import type { KernelServices } from "./cell/services.ts";
import { settingsOf, within } from "./cell/settings.ts";
import type { Supervision } from "./supervision/supervision.ts";

/** What a node's actors run on. */
export interface ActorSystemOptions {
  /** Node id; unique among the systems of a process. */
  readonly node: string;
  /** Every line of the kernel and of the actors goes here; errors are written under `err`. */
  readonly log: Logger;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: the machine's. */
  readonly random?: Random;
  /** Default: off, which costs nothing. */
  readonly tracing?: Tracing;
  /** Replaces nact's dispatchers, for simulations. */
  readonly dispatchers?: Readonly<Record<DispatcherName, Dispatcher>>;
  /** Asks that may be open at once: a whole number, 1 … 2³⁰ (default 1,048,576). One more is refused with `too-many-asks`. */
  readonly maxOpenAsks?: number;
  /** How the root supervises what is spawned directly below it (defaults as in `Props`). What it escalates stops the node. */
  readonly supervision?: Partial<Supervision>;
}

/**
 * Why a system ended: `stopped` in order, or `failed` because a failure was escalated up to the root. `abandoned`: handlers that were
 * given up in the system's whole life.
 */
export type Termination =
  | { readonly reason: "stopped"; readonly abandoned: number }
  | { readonly reason: "failed"; readonly error: Error; readonly abandoned: number };

/** Sums over all actors that the system has ever had. Every message sent was handled, is a dead letter, was dropped, or still waits. */
export interface SystemCounters extends Readonly<Counters> {
  /** Of messages to actors of this node. */
  readonly deadLetters: number;
  /** Messages in mailboxes or in running handlers now. */
  readonly waiting: number;
  /** Actors that have not stopped, the root included. */
  readonly actors: number;
  /** Asks that wait for their answer now. */
  readonly openAsks: number;
}

/** The actors of one node, as a tree below `/`. */
export class ActorSystem {
  readonly node: string;
  readonly tracing: Tracing;
  readonly deadLetters: DeadLetters;
  /** Resolves once when every actor is gone. Never rejects. */
  readonly terminated: Promise<Termination>;
  readonly #root: Cell;
  readonly #asks: AskTable;
  readonly #services: KernelServices;
  readonly #log: Logger;
  readonly #retired: Counters = { ...noCounts };
  readonly #close: () => void;
  readonly #terminate: (termination: Termination) => void;
  #failure: Error | undefined;
  #stopping: Promise<Termination> | undefined;
  #incarnations = 0;

  /** @throws RangeError for an option outside its range */
  constructor(options: ActorSystemOptions) {
    const clock = options.clock ?? systemClock;
    this.node = options.node;
    this.tracing = options.tracing ?? noTracing;
    this.#log = nodeLogger(options.log, options.node);
    this.deadLetters = new DeadLetters(clock, this.#log);
    const maxOpenAsks = options.maxOpenAsks ?? 2 ** 20;
    within(maxOpenAsks, 1, 2 ** 30, "maxOpenAsks", true);
    this.#asks = new AskTable(clock, maxOpenAsks, this.tracing);
    const fatal = (error: Error): void => this.#fail(error);
    const nact = options.dispatchers === undefined ? nactDispatchers(clock, fatal, this.tracing) : undefined;
    const dispatchers = options.dispatchers ?? nact;
    if (dispatchers === undefined) throw new TypeError("an actor system needs dispatchers");
    this.#close = (): void => {
      dispatchers.default.close();
      dispatchers.system.close();
      nact?.close();
    };
    let terminate: (termination: Termination) => void = () => undefined;
    this.terminated = new Promise((resolve) => {
      terminate = resolve;
    });
    this.#terminate = terminate;
    this.#services = {
      node: options.node,
      clock,
      random: options.random ?? systemRandom,
      tracing: this.tracing,
      log: this.#log,
      asks: this.#asks,
      deadLetters: this.deadLetters,
      dispatchers,
      retired: this.#retired,
      shards: undefined,
      nextIncarnation: () => (this.#incarnations += 1),
      fatal,
    };
    const root: Props<undefined, never> = {
      behavior: { initial: () => undefined, receive: () => same },
      ...(options.supervision === undefined ? {} : { supervision: options.supervision }),
      dispatcher: "system",
    };
    this.#root = new Cell(this.#services, undefined, "", settingsOf(root));
    this.#root.wake();
  }

  /** Starts an actor directly below the root. @throws as `Context.spawn` */
  spawn<State, Message>(props: Props<State, Message>, name: string): Address<Message> {
    return this.#root.spawn(settingsOf(props), name).address;
  }

  /** The actor at a path such as `/scan/probes`, if there is one that has not stopped. */
  find(path: string): Address<never> | undefined {
    return this.#cellAt(path)?.address;
  }

  /** The address of an actor of another node. What is done with it goes through `port`. */
  remoteAddress<Message>(port: RemotePort, ref: RemoteRef): Address<Message> {
    return new RemoteAddress<Message>(new RemoteActorCell(port, ref), this.#asks);
  }

  /** From now on `Context.shard` finds actors through `port`. */
  useShards(port: ShardPort): void {
    this.#services.shards = port;
  }

  /**
   * Stops the actor with all its descendants; resolves when they are gone, at once if they are already. For an actor of another node as
   * `Context.stop`. Rejects with a TypeError for what is no address of a kernel.
   */
  async stopActor(address: Address<never>): Promise<void> {
    const cell = LocalAddress.cellOf(address) ?? RemoteAddress.cellOf(address);
    if (cell === undefined) throw new TypeError("not an address that the kernel made");
    if (cell === this.#root) await this.stop();
    else await cell.stop();
  }

  /** Injects a fault into the actor, about which its parent's supervision decides. False if there is no such actor. */
  kill(path: string, reason: string): boolean {
    const cell = this.#cellAt(path);
    if (cell?.parent === undefined) return false;
    cell.kill(reason);
    return true;
  }

  /**
   * Ends the actor's life, children first, and begins another one with the mailbox kept; so do the siblings that would restart with it if it
   * had failed. No failure, so it takes nothing from their restart budgets. Nothing if a restart is under way. False if there is no such actor,
   * or it is stopping.
   */
  restart(path: string): boolean {
    return this.#cellAt(path)?.restart() ?? false;
  }

  /** The live actors as a tree. */
  tree(): ActorView {
    return viewOf(this.#root);
  }

  /** Sums of the counters now. Walks over all live actors. */
  counters(): SystemCounters {
    const sum = {
      ...this.#retired,
      deadLetters: this.deadLetters.total - this.deadLetters.unsent,
      waiting: 0,
      actors: 0,
      openAsks: this.#asks.size,
    };
    const pending: Cell[] = this.#root.phase === stopped ? [] : [this.#root];
    for (let cell = pending.pop(); cell !== undefined; cell = pending.pop()) {
      addCounters(sum, cell);
      sum.waiting += cell.waiting + cell.handling;
      sum.actors += 1;
      for (const child of cell.children?.values() ?? []) pending.push(child);
    }
    return sum;
  }

  /** Stops every actor, children before parents. Idempotent; every handler is bounded by its actor's stop timeout. */
  stop(): Promise<Termination> {
    return (this.#stopping ??= this.#root.stop().then(() => {
      this.#close();
      const { abandoned } = this.#retired;
      const termination: Termination =
        this.#failure === undefined
          ? { reason: "stopped", abandoned }
          : { reason: "failed", error: this.#failure, abandoned };
      this.#terminate(termination);
      return termination;
    }));
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#log.fatal({ err: error }, "a failure reached the root: the node stops");
    void this.stop();
  }

  #cellAt(path: string): Cell | undefined {
    if (!path.startsWith("/")) return undefined;
    let cell: Cell | undefined = this.#root;
    for (const name of path.split("/").filter((part) => part !== "")) cell = cell?.children?.get(name);
    return cell;
  }
}
