import { setImmediate as nextTurn } from "node:timers/promises";
import { seededRandom } from "../../../../src/base/random.ts";
import { Links, type LinkEvents, type LinksSetup } from "../../../../src/cluster/links/index.ts";
import { Remote } from "../../../../src/cluster/remote/index.ts";
import type { MemberState, MemberView, TableView } from "../../../../src/cluster/table.ts";
import { MemoryNetwork } from "../../../../src/cluster/transport/memory/index.ts";
import { ActorSystem, SeededDispatcher } from "../../../../src/kernel/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

export interface RemoteWorldOptions {
  readonly seed?: number;
  /** How long a frame travels, in milliseconds. */
  readonly delayMs?: () => number;
  readonly bounds?: LinksSetup["bounds"];
  readonly maxOpenAsks?: number;
  /** Called after a node's links were told of a table. */
  readonly told?: (node: TestNode, view: TableView) => void;
}

/** One life of a node. */
export interface TestNode {
  readonly id: string;
  readonly incarnation: string;
  readonly system: ActorSystem;
  readonly remote: Remote;
  /** Those below `remote`. */
  readonly links: Links;
}

interface Running extends TestNode {
  readonly dispatcher: SeededDispatcher;
}

const leaseMs = 3_000;
const stillRounds = 4;
const mostRounds = 20_000;

/** Nodes with actors and real links over a network in memory, in one process, whose time stands still until it is moved. */
export class RemoteWorld {
  readonly clock = new ManualClock();
  readonly network: MemoryNetwork;
  readonly log = new CapturedLog();
  readonly #options: RemoteWorldOptions;
  readonly #running = new Map<string, Running>();
  readonly #rows = new Map<string, MemberView>();
  #version = 0;
  #lives = 0;

  constructor(options: RemoteWorldOptions = {}) {
    this.#options = options;
    this.network = new MemoryNetwork({ clock: this.clock, delayMs: options.delayMs ?? (() => 0) });
  }

  /** A node joins, in place of an earlier life of it; all nodes are told. */
  start(id: string): TestNode {
    this.#lives += 1;
    const incarnation = `life-${this.#lives}`;
    const random = seededRandom((this.#options.seed ?? 1) + this.#lives);
    const dispatcher = new SeededDispatcher(random);
    const dispatchers = { default: dispatcher, system: dispatcher };
    const { clock } = this;
    const { maxOpenAsks = 2 ** 20 } = this.#options;
    const system = new ActorSystem({ node: id, log: this.log.logger, clock, random, dispatchers, maxOpenAsks });
    const transport = this.network.transport({ node: id, address: addressOf(id) });
    const self = { node: id, incarnation };
    let links: Links | undefined;
    const open = (events: LinkEvents): Links =>
      (links = new Links({
        self,
        cluster: "test",
        settings: {},
        transport,
        events,
        refresh: () => Promise.resolve(this.#view()),
        leaseMs,
        clock,
        random,
        log: this.log.logger,
        ...(this.#options.bounds === undefined ? {} : { bounds: this.#options.bounds }),
      }));
    const remote = new Remote({ system, clock, self, links: open });
    if (links === undefined) throw new Error("links are made with the node");
    const node: Running = { id, incarnation, system, remote, links, dispatcher };
    this.#running.set(id, node);
    this.#rows.set(id, row(id, incarnation, "up"));
    this.tell();
    return node;
  }

  /** The node stops dead: its actors do nothing any more, and nothing of it goes out. The table does not know yet. */
  crash(id: string): void {
    this.#running.get(id)?.dispatcher.close();
    this.#running.delete(id);
    for (const other of this.#running.keys()) {
      this.network.cut(id, other);
      this.network.reset(id, other);
    }
  }

  /** A node that crashed can be reached again, when it is started anew. */
  reconnect(id: string): void {
    for (const other of this.#running.keys()) this.network.heal(id, other);
  }

  /** The table says so, to the nodes in `to` (default: all). */
  declare(id: string, state: MemberState, to?: readonly string[]): void {
    const known = this.#rows.get(id);
    if (known === undefined) throw new Error(`no node ${id}`);
    this.#rows.set(id, { ...known, state });
    this.tell(to);
  }

  /** Tells the nodes of the table. */
  tell(to: readonly string[] = [...this.#running.keys()]): void {
    this.#version += 1;
    const view = this.#view();
    for (const id of to) {
      const node = this.#running.get(id);
      if (node === undefined) continue;
      node.remote.tableChanged(view);
      this.#options.told?.(node, view);
    }
  }

  /** Runs until nothing is left to do at this instant. */
  async settle(): Promise<void> {
    let still = 0;
    for (let round = 0; still < stillRounds; round += 1) {
      if (round === mostRounds) throw new Error("the nodes do not come to rest");
      let moved = false;
      for (const { dispatcher } of this.#running.values()) while (dispatcher.step()) moved = true;
      await nextTurn();
      if (this.clock.nextInMs === 0) {
        this.clock.advance(0);
        moved = true;
      }
      still = moved ? 0 : still + 1;
    }
  }

  /** Moves time on; whatever falls due on the way happens at its time. */
  async advance(ms: number): Promise<void> {
    await this.settle();
    const untilMs = this.clock.monotonicMs() + ms;
    for (;;) {
      const leftMs = untilMs - this.clock.monotonicMs();
      const nextMs = this.clock.nextInMs;
      if (nextMs === undefined || nextMs > leftMs) {
        this.clock.advance(leftMs);
        return this.settle();
      }
      this.clock.advance(nextMs);
      await this.settle();
    }
  }

  /** Ends everything that still runs. */
  async close(): Promise<void> {
    for (const { remote, system } of this.#running.values()) {
      const closed = remote.close(0);
      await this.settle();
      await closed;
      const stopped = system.stop();
      await this.settle();
      await stopped;
    }
  }

  #view(): TableView {
    return { version: this.#version, members: [...this.#rows.values()] };
  }
}

const addressOf = (id: string): string => `127.0.0.1:${1_000 + (id.codePointAt(0) ?? 0)}`;

const row = (id: string, incarnation: string, state: MemberState): MemberView => ({
  id,
  incarnation,
  address: addressOf(id),
  httpAddress: addressOf(id),
  roles: [],
  pid: 1,
  version: "0",
  state,
  startedAtMs: 0,
});
