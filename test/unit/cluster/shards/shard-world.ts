import { ownedKind, Shards, type MemberState, type OwnedKind, type TableView } from "../../../../src/cluster/index.ts";
import { spawnOwnership, type OwnershipMessage } from "../../../../src/cluster/ownership/index.ts";
import type { Address, Context, Props } from "../../../../src/kernel/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import type { Space } from "../../../../src/store/index.ts";
import { actor } from "../../../support/actors.ts";
import { notesKind, type NoteMessage } from "../../../support/notes-kind.ts";
import { RemoteWorld, type RemoteWorldOptions, type TestNode } from "../remote/remote-world.ts";

export interface Handled {
  readonly node: string;
  readonly shard: number;
  readonly from: string;
  readonly key: string;
  readonly number: number;
}

/** A node that owns shards of notes, and sends to them. */
export interface NotesNode extends TestNode {
  readonly shards: Shards;
  /** Of an actor of the node. */
  readonly context: () => Context<never>;
}

interface Owning {
  readonly node: NotesNode;
  readonly ownership: () => Address<OwnershipMessage> | undefined;
}

const farAwayMs = 1e9;

/** Nodes with real links, real ownership on one store, and shards: all of it in one process, whose time stands still until it is moved. */
export class ShardWorld {
  readonly handled: Handled[] = [];
  readonly world: RemoteWorld;
  readonly #space: Space;
  readonly #owning = new Map<string, Owning>();

  constructor(options: RemoteWorldOptions = {}) {
    this.world = new RemoteWorld({ ...options, told: (node, view) => this.#told(node, view) });
    this.#space = openMemoryStore(createMemoryDatabase({ clock: this.world.clock })).space("notes");
  }

  /** Its links know the table; its shards and its ownership are told of the next one. */
  start(id: string): NotesNode {
    const test = this.world.start(id);
    const { system, remote, incarnation } = test;
    const { clock } = this.world;
    const shards = new Shards({ system, remote, clock, self: { node: id, incarnation }, kinds: [this.#kind(id)] });
    system.useShards(shards);
    let ownership: Address<OwnershipMessage> | undefined;
    system.spawn(
      actor<never>(() => undefined, {
        initial: (context) => {
          ({ ownership } = spawnOwnership(context, {
            self: { id, incarnation },
            kinds: shards.kinds,
            standing: () => ({ view: { version: 0, members: [] }, untilMs: clock.monotonicMs() + farAwayMs }),
          }));
        },
      }),
      "system",
    );
    let context: Context<never> | undefined;
    system.spawn(
      actor<never>(() => undefined, {
        initial: (begun) => {
          context = begun;
        },
      }),
      "talker",
    );
    const node: NotesNode = {
      ...test,
      shards,
      context: () => {
        if (context === undefined) throw new Error(`${id} has not begun`);
        return context;
      },
    };
    this.#owning.set(id, { node, ownership: () => ownership });
    return node;
  }

  /** Nodes that are up, know it, and own what they have to. */
  async startAll(ids: readonly string[]): Promise<readonly NotesNode[]> {
    const nodes = ids.map((id) => this.start(id));
    await this.world.settle();
    this.world.tell();
    await this.world.advance(500);
    return nodes;
  }

  /** The table says so, to these nodes (default: all). */
  declare(id: string, state: MemberState, to?: readonly string[]): void {
    this.world.declare(id, state, to);
  }

  crash(id: string): void {
    this.world.crash(id);
    this.#owning.get(id)?.node.shards.close();
    this.#owning.delete(id);
  }

  async close(): Promise<void> {
    for (const { node } of this.#owning.values()) node.shards.close();
    await this.world.close();
  }

  #told({ id, incarnation }: TestNode, view: TableView): void {
    const owning = this.#owning.get(id);
    if (owning?.node.incarnation !== incarnation) return;
    owning.ownership()?.tell({ type: "table", view });
    owning.ownership()?.tell({ type: "lease", untilMs: this.world.clock.monotonicMs() + farAwayMs });
    owning.node.shards.tableChanged(view);
  }

  #kind(id: string): OwnedKind {
    return ownedKind({
      ...notesKind,
      space: this.#space,
      props: ({ shard }): Props<undefined, NoteMessage> =>
        actor<NoteMessage>((received, context) => {
          if (received.type === "stop") return context.stopSelf();
          const { from, key, number } = received;
          this.handled.push({ node: id, shard, from, key, number });
          if (received.type === "question") received.replyTo.tell(id);
        }),
    });
  }
}
