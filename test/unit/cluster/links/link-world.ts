import { setImmediate as turn } from "node:timers/promises";
import { seededRandom, type Random } from "../../../../src/base/random.ts";
import {
  Links,
  MemoryNetwork,
  type LinksSetup,
  type MemberView,
  type NodeRef,
  type Sent,
  type TableView,
} from "../../../../src/cluster/index.ts";
import type { ByteReader, ByteWriter } from "../../../../src/wire/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const numberField = 1;
const paddingField = 2;

export interface Letter {
  readonly number: number;
  /** Makes the envelope that much larger. */
  readonly padding?: number;
}

export const writeLetter = (writer: ByteWriter, { number, padding = 0 }: Letter): void => {
  writer.uint(numberField, number);
  if (padding > 0) writer.bytes(paddingField, Buffer.alloc(padding));
};

const readLetter = (envelope: ByteReader): number => {
  let number = -1;
  for (let field = envelope.next(); field !== 0; field = envelope.next()) {
    if (field === numberField) number = envelope.uint();
    else envelope.skip();
  }
  return number;
};

/** A node with its links, and what they told it. */
export class LinkNode {
  readonly ref: NodeRef;
  readonly address: string;
  readonly links: Links;
  readonly log = new CapturedLog();
  readonly received: (NodeRef & { readonly number: number; readonly heldMs: number })[] = [];
  readonly undelivered: number[] = [];
  readonly ended: NodeRef[] = [];
  /** What a reading of the table gives. */
  table: () => Promise<TableView>;
  onLetter: (from: NodeRef, number: number) => void = () => undefined;

  constructor(world: LinkWorld, ref: NodeRef, options: NodeOptions) {
    this.ref = ref;
    this.address = options.address ?? `${ref.node}:1`;
    this.table = () => Promise.resolve(world.view);
    const { certifiedNode } = options;
    this.links = new Links({
      self: ref,
      cluster: options.cluster ?? "test",
      settings: options.settings ?? { leaseMs: 3_000 },
      transport: world.network.transport({
        node: ref.node,
        address: this.address,
        ...(certifiedNode === undefined ? {} : { certifiedNode }),
      }),
      events: {
        onEnvelope: (from, envelope, heldMs) => {
          const number = readLetter(envelope);
          this.received.push({ ...from, number, heldMs });
          this.onLetter(from, number);
        },
        onUndelivered: (_to, envelope) => void this.undelivered.push(readLetter(envelope)),
        onEnded: (peer) => void this.ended.push(peer),
      },
      refresh: () => this.table(),
      leaseMs: 3_000,
      clock: world.clock,
      random: world.random,
      log: this.log.logger,
      ...(options.bounds === undefined ? {} : { bounds: options.bounds }),
    });
  }

  send(to: string, letter: Letter): Sent | undefined {
    return this.links.to(to)?.send(writeLetter, letter);
  }

  /** The numbers that came from a node. */
  from(node: string): readonly number[] {
    return this.received.filter((letter) => letter.node === node).map(({ number }) => number);
  }

  state(of: string): string {
    const view = this.links.views().find(({ node }) => node === of);
    return view === undefined ? "none" : view.state === "refused" ? `refused: ${view.reason ?? ""}` : view.state;
  }
}

export interface NodeOptions extends Partial<Pick<LinksSetup, "cluster" | "settings" | "bounds">> {
  readonly incarnation?: string;
  readonly address?: string;
  readonly certifiedNode?: string;
}

/** Nodes with links over a network in memory, under a clock that stands still until it is run. */
export class LinkWorld {
  readonly clock = new ManualClock();
  readonly random: Random;
  readonly network: MemoryNetwork;
  view: TableView = { version: 0, members: [] };

  constructor(seed = 1, delayMs: (random: Random) => number = () => 0) {
    this.random = seededRandom(seed);
    this.network = new MemoryNetwork({ clock: this.clock, delayMs: () => delayMs(this.random) });
  }

  /** A node that is not in the table yet. */
  node(node: string, options: NodeOptions = {}): LinkNode {
    return new LinkNode(this, { node, incarnation: options.incarnation ?? `${node}-1` }, options);
  }

  /** The table from now on; who is not named has left it. Only `told` hear of it at once. */
  members(live: readonly LinkNode[], told: readonly LinkNode[] = live): void {
    const members = live.map((node): MemberView => ({
      id: node.ref.node,
      incarnation: node.ref.incarnation,
      address: node.address,
      httpAddress: "",
      roles: [],
      pid: 1,
      version: "1",
      state: "up",
      startedAtMs: 0,
    }));
    this.view = { version: this.view.version + 1, members };
    for (const node of told) node.links.tableChanged(this.view);
  }

  /** Two nodes that know each other, and are linked. */
  async pair(options: NodeOptions = {}): Promise<readonly [a: LinkNode, b: LinkNode]> {
    const a = this.node("a", options);
    const b = this.node("b", options);
    this.members([a, b]);
    await this.run(100);
    return [a, b];
  }

  /** Lets this time pass, with all that happens in it. */
  async run(ms: number): Promise<void> {
    const endMs = this.clock.monotonicMs() + ms;
    for (;;) {
      await turn();
      const leftMs = endMs - this.clock.monotonicMs();
      if (leftMs <= 0) return;
      this.clock.advance(Math.min(this.clock.nextInMs ?? leftMs, leftMs));
    }
  }

  async close(...nodes: readonly LinkNode[]): Promise<void> {
    const closing = Promise.all(nodes.map(({ links }) => links.close(0)));
    await this.run(2_000);
    await closing;
  }
}
