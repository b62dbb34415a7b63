import { LinkedPeers, type ScanPeers } from "../../src/actors/scan/index.ts";
import type { Clock } from "../../src/base/clock.ts";
import type { Random } from "../../src/base/random.ts";
import { clusterSpace, Links, readTable, Remote, type LinkView } from "../../src/cluster/index.ts";
import type { ActorSystem, Address, Logger } from "../../src/kernel/index.ts";
import type { Enter } from "./event-loop.ts";
import { countLinks } from "./link-branches.ts";
import type { SimulatedNetwork, SimulatedTransport } from "./network/simulated-network.ts";
import type { StoreHandle } from "./store-handle.ts";
import { Correspondent } from "./talk/correspondent.ts";
import { observedEvents } from "./talk/observed-events.ts";
import { talkPath, talkProps } from "./talk/talk-actors.ts";
import type { TalkHistory } from "./talk/talk-history.ts";
import { talkProtocol } from "./talk/talk-protocol.ts";
import type { World } from "./world.ts";

export interface NodeLinksSetup {
  readonly world: World;
  readonly network: SimulatedNetwork;
  readonly history: TalkHistory;
  readonly identity: { readonly id: string; readonly incarnation: string };
  readonly address: string;
  readonly system: ActorSystem;
  readonly handle: StoreHandle;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly enter: Enter;
  readonly isReading: () => boolean;
  /** Whether an actor has not stopped, and its node is a live member. */
  readonly runs: (actor: string) => boolean;
}

const scanHintsPath = "/scan/hints";
/** Small, so that they are reached. */
const bounds = { outboxEnvelopes: 100, outboxBytes: 24 * 1024, allOutboxBytes: 64 * 1024, windowBytes: 2 * 1024 };
/** Watches and asks of one node that are open at a time, by far. */
const mostOpen = 500;

/** The real links of a simulated node and the real remote actors behind them, with actors that talk to those of other nodes. */
export class NodeLinks {
  readonly remote: Remote;
  /** How the scan actors of this node give hints to those of the others. */
  readonly scanPeers: ScanPeers;
  readonly #setup: NodeLinksSetup;
  readonly #transport: SimulatedTransport;
  readonly #correspondent: Correspondent;
  #closed = false;

  constructor(setup: NodeLinksSetup) {
    this.#setup = setup;
    const { world, network, history, identity, address, system, handle, enter, isReading, runs } = setup;
    const { leaseMs, clock, random, log } = setup;
    const self = { node: identity.id, incarnation: identity.incarnation };
    const node = `${identity.id}.${identity.incarnation}`;
    const letters = system.deadLetters;
    const addressed = (path: string): void => {
      if (path === scanHintsPath) world.count("branch: scan hint arrived");
    };
    const transport = network.join({ node: identity.id, address, enter, isReading });
    this.#transport = transport;
    const space = handle.space(clusterSpace);
    this.remote = new Remote({
      system,
      clock,
      self,
      links: (events) =>
        new Links({
          ...{ self, transport, leaseMs, clock, random, log, bounds },
          cluster: "simulated",
          settings: {},
          events: observedEvents(events, { history, letters, node, addressed }),
          refresh: () => readTable(space),
        }),
    });
    this.scanPeers = new LinkedPeers(this.remote, identity.id);
    const protocol = talkProtocol(this.remote);
    this.remote.export(talkPath, protocol);
    this.remote.export(`${talkPath}/*`, protocol, { stop: true });
    this.#correspondent = new Correspondent({
      ...{ world, history, protocol, letters, node, enter, runs },
      remote: this.remote,
    });
  }

  spawnTalk(): Address<never> {
    return this.#setup.system.spawn(talkProps(this.#correspondent), talkPath.slice(1));
  }

  /** Sends what waits, and says goodbye. */
  async close(graceMs: number): Promise<void> {
    await this.remote.close(graceMs);
    this.#closed = true;
  }

  /** The process has ended. */
  died(): void {
    const { world, network, history, identity } = this.#setup;
    countLinks(world, this.remote);
    history.note({ type: "node-ended", node: `${identity.id}.${identity.incarnation}`, crashed: !this.#closed });
    if (!this.#closed) network.crashed(this.#transport.station);
  }

  /** What is beyond its bound (I12). */
  overfull(): readonly string[] {
    const { world } = this.#setup;
    const views = this.remote.links();
    if (views.some((view) => isHeldBack(view))) world.count("branch: link window closed");
    const { openAsks, servedAsks, watching, watched } = this.remote.counts();
    const allBytes = views.reduce((sum, { outboxBytes }) => sum + outboxBytes, 0);
    const held: readonly (readonly [string, number, number])[] = [
      ["bytes in all outboxes", allBytes, bounds.allOutboxBytes],
      ["asks of other nodes", openAsks, mostOpen],
      ["asks for other nodes", servedAsks, mostOpen],
      ["actors of other nodes watched", watching, mostOpen],
      ["actors watched by other nodes", watched, mostOpen],
      ...views.flatMap(({ node, outboxBytes, outboxEnvelopes }): [string, number, number][] => [
        [`bytes in the outbox to ${node}`, outboxBytes, bounds.outboxBytes],
        [`envelopes in the outbox to ${node}`, outboxEnvelopes, bounds.outboxEnvelopes],
      ]),
    ];
    return held
      .filter(([, size, most]) => size > most)
      .map(([what, size, most]) => `${size} ${what} of at most ${most}`);
  }
}

/** It is up, and has more to send than the peer's window lets it. */
const isHeldBack = ({ state, outboxBytes }: LinkView): boolean =>
  state === "up" && outboxBytes > 2 * bounds.windowBytes;
