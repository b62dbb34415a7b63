import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Logger } from "../../kernel/index.ts";
import type { AgreedSettings } from "../settings.ts";
import { takesPart, type MemberView, type TableView } from "../table.ts";
import type { Transport } from "../transport/transport.ts";
import type { OwnPlace } from "./admission.ts";
import { Backoff } from "./backoff.ts";
import { linkBounds, type LinkBounds } from "./bounds.ts";
import type { Link, LinkEvents } from "./link.ts";
import { linkCounters, snapshotOf, type LinkCounts } from "./link-counters.ts";
import type { LinkView } from "./link-view.ts";
import type { NodeRef } from "./node-ref.ts";
import { Outbox } from "./outbox.ts";
import { OutboxBudget } from "./outbox-budget.ts";
import { Receiver } from "./receiver.ts";
import { RefusalLog } from "./refusal-log.ts";
import { Sender } from "./sender.ts";
import { settingsDigest } from "./settings-digest.ts";

export interface LinksSetup {
  readonly self: NodeRef;
  /** Name of the cluster. */
  readonly cluster: string;
  /** Those that have to agree over all nodes. */
  readonly settings: AgreedSettings;
  /** Closed with the links. */
  readonly transport: Transport;
  readonly events: LinkEvents;
  /** Reads the table of members anew. May reject: then what is known goes on to hold. */
  readonly refresh: () => Promise<TableView>;
  /** How long the lease of a node holds, in milliseconds: how soon a silent peer is probed and its connection given up hangs on it. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Where they differ from `linkBounds`. */
  readonly bounds?: Partial<LinkBounds>;
}

/**
 * The links of a node: one to each other node that the table of members calls live, and what those nodes send over theirs. Nothing is
 * dialled or let in before the first `tableChanged`.
 */
export class Links {
  readonly #setup: LinksSetup;
  readonly #own: OwnPlace;
  readonly #bounds: LinkBounds;
  readonly #budget: OutboxBudget;
  readonly #counters = linkCounters();
  readonly #receiver: Receiver;
  /** By node: to each the incarnation that is live. */
  readonly #senders = new Map<string, Sender>();
  #view: TableView = { version: -1, members: [] };
  #closing: Promise<void> | undefined;
  #onEmpty = (): void => undefined;

  constructor(setup: LinksSetup) {
    const { self, cluster, settings, clock, log, events } = setup;
    this.#setup = setup;
    this.#own = { self, cluster, settingsDigest: settingsDigest(settings) };
    this.#bounds = { ...linkBounds, ...setup.bounds };
    this.#budget = new OutboxBudget(this.#bounds.allOutboxBytes);
    this.#receiver = new Receiver({
      own: this.#own,
      bounds: this.#bounds,
      counters: this.#counters,
      clock,
      log,
      refusals: new RefusalLog(clock, log),
      events,
      view: () => this.#view,
      refresh: async () => this.tableChanged(await setup.refresh()),
    });
    setup.transport.accept((channel, peer) => this.#receiver.accept(channel, peer));
  }

  /** `undefined`: the table that this node knows does not call it live, or it is this node. Without an incarnation: the live one. */
  to(node: string, incarnation?: string): Link | undefined {
    const sender = this.#senders.get(node);
    return incarnation === undefined || incarnation === sender?.peer.incarnation ? sender : undefined;
  }

  /** To be told of each new table. One that is not newer changes nothing. */
  tableChanged(view: TableView): void {
    if (view.version <= this.#view.version || this.#closing !== undefined) return;
    this.#view = view;
    const live = new Map(view.members.filter(takesPart).map((member) => [member.id, member]));
    this.#receiver.tableChanged(view);
    for (const [node, sender] of this.#senders) {
      if (live.get(node)?.incarnation === sender.peer.incarnation) continue;
      this.#senders.delete(node);
      sender.end(this.#setup.events, "over");
    }
    for (const member of live.values()) {
      if (member.id !== this.#own.self.node && !this.#senders.has(member.id)) this.#begin(member);
    }
  }

  /** One for each live other node. */
  views(): readonly LinkView[] {
    return [...this.#senders.values()].map((sender) => sender.view());
  }

  counts(): LinkCounts {
    return snapshotOf(this.#counters);
  }

  /**
   * Waits until what was queued is acknowledged, `graceMs` at most; then ends every link. Idempotent.
   */
  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    await this.#emptied(graceMs);
    this.#receiver.close();
    for (const sender of this.#senders.values()) sender.end(this.#setup.events, "closed");
    this.#senders.clear();
    await this.#setup.transport.close();
  }

  #emptied(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#setup.clock.after(graceMs, resolve);
      this.#onEmpty = () => {
        if (![...this.#senders.values()].every(({ empty }) => empty)) return;
        timer.cancel();
        resolve();
      };
      this.#onEmpty();
    });
  }

  #begin({ id, incarnation, address }: MemberView): void {
    const { transport, clock, random, log, leaseMs } = this.#setup;
    const sender = new Sender({
      ...this.#own,
      peer: { node: id, incarnation },
      address,
      transport,
      outbox: new Outbox(this.#bounds, this.#budget, this.#counters),
      backoff: new Backoff(random),
      counters: this.#counters,
      clock,
      log,
      leaseMs,
      onEmpty: () => this.#onEmpty(),
    });
    this.#senders.set(id, sender);
  }
}
