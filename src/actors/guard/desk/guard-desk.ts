import type { Clock } from "../../../base/clock.ts";
import { shardOf, type Shards } from "../../../cluster/index.ts";
import { parseInterceptRule, type InterceptRule } from "../../../engines/intercept/index.ts";
import type { Page, PageRequest } from "../../../store/index.ts";
import type { BlockPort, UnblockOrder, UnblockReply } from "../block-port.ts";
import type { Feed } from "../feed/feed.ts";
import type { FeedMessage, FeedRequest, GuardPort, GuardReport, PartOutcome } from "../guard-port.ts";
import type { Rules } from "../rules/rules.ts";
import type { GuardSettings } from "../service/settings.ts";
import type { BlockOrder, BlockReply, ListedIndication, ShardStats } from "../service/shard-message.ts";
import { guardKind } from "../service/shard-protocol.ts";
import { SubjectSet } from "../service/counting/subject-set.ts";
import { blockedSubject } from "./blocked-subject.ts";
import { listIndications, type IndicationFilter } from "./list-indications.ts";
import { sendReport } from "./send-report.ts";
import { settleBlock, type Settled, type Settlement } from "./settle-block.ts";
import { ShardAsks } from "./shard-asks.ts";

/** How long a shard may take to answer: it may be on its way to another node. */
const usualAskMs = 4_000;

export interface GuardDeskSetup {
  readonly shards: Pick<Shards, "address" | "owner">;
  readonly settings: Pick<GuardSettings, "v6PrefixBits" | "neverBlock">;
  readonly rules: Pick<Rules, "put" | "list" | "delete">;
  readonly feed: Pick<Feed, "subscribe">;
  readonly clock: Clock;
  /** How long a shard, or all shards together, may take to answer (default 4,000). */
  readonly askMs?: number;
}

/** One shard, as it is known at this moment. */
export interface ShardView {
  readonly shard: number;
  /** Id of the node that owns it; undefined: none does. */
  readonly node: string | undefined;
  /** Undefined: its owner does not answer. */
  readonly stats: ShardStats | undefined;
}

/**
 * The service of interception as one node serves it, for proxies, playbooks and persons: any node can, since the owners of the shards are asked
 * wherever they live. It keeps nothing. What is asked of a shard that does not answer fails with `unavailable`, and may have been done: all of
 * it can be asked again.
 */
export class GuardDesk implements GuardPort, BlockPort {
  readonly #setup: GuardDeskSetup;
  readonly #asks: ShardAsks;
  readonly #askMs: number;
  readonly #never: SubjectSet;

  /** @throws InterceptError `invalid-network` for what is never to be blocked */
  constructor(setup: GuardDeskSetup) {
    this.#setup = setup;
    this.#askMs = setup.askMs ?? usualAskMs;
    this.#asks = new ShardAsks(setup.shards, this.#askMs);
    this.#never = new SubjectSet(setup.settings.neverBlock);
  }

  /** @throws InterceptionError `invalid` with the place: then nothing was counted */
  report(report: GuardReport, signal: AbortSignal): Promise<readonly PartOutcome[]> {
    return sendReport({ asks: this.#asks, clock: this.#setup.clock, reportMs: this.#askMs }, report, signal);
  }

  subscribe(request: FeedRequest, signal: AbortSignal): AsyncIterable<FeedMessage> {
    return this.#setup.feed.subscribe(request, signal);
  }

  /** @throws InterceptionError `invalid`, `unavailable` */
  async block(order: BlockOrder, signal?: AbortSignal): Promise<BlockReply> {
    const { field } = order;
    const subject = this.#subject(order);
    if (this.#never.has(field, subject)) {
      return { type: "refused", code: "never-block", message: `${field} ${subject} is never to be blocked` };
    }
    return this.#asks.ask(
      shardOf(subject, guardKind.shards),
      (replyTo) => ({ type: "block", order: { ...order, subject }, replyTo }),
      signal,
    );
  }

  /** @throws InterceptionError `invalid`, `unavailable` */
  async unblock({ by, cause, ...order }: UnblockOrder, signal?: AbortSignal): Promise<UnblockReply> {
    const subject = this.#subject(order);
    return this.#asks.ask(
      shardOf(subject, guardKind.shards),
      (replyTo) => ({ type: "unblock", field: order.field, subject, by, cause, replyTo }),
      signal,
    );
  }

  /** @throws InterceptionError `not-found`, `unavailable`, or as the shard refuses */
  settle(settlement: Settlement): Promise<Settled> {
    return settleBlock(this.#asks, settlement);
  }

  /** @throws InterceptionError `invalid`, `unavailable` */
  indications(page: PageRequest & IndicationFilter): Promise<Page<ListedIndication>> {
    return listIndications(this.#asks, page);
  }

  /** All shards in their order. @param of only the owner of this id is asked; absent: each owner is */
  shards(of?: string): Promise<readonly ShardView[]> {
    return Promise.all(
      Array.from({ length: guardKind.shards }, async (_, shard): Promise<ShardView> => {
        const node = this.#setup.shards.owner(guardKind, shard);
        if (of !== undefined && node !== of) return { shard, node, stats: undefined };
        const asked = this.#asks.ask<ShardStats>(shard, (replyTo) => ({ type: "stats", replyTo }));
        return { shard, node, stats: await asked.catch(() => undefined) };
      }),
    );
  }

  /** @returns whether there was none of this number. @throws InterceptError `invalid-rule`; InterceptionError `busy`; StoreError */
  async putRule(rule: InterceptRule): Promise<boolean> {
    const created = await this.#setup.rules.put(parseInterceptRule(rule));
    this.#asks.tell({ type: "rules-changed" });
    return created;
  }

  /** By number. @throws InterceptionError `busy`; StoreError */
  async listRules(): Promise<readonly InterceptRule[]> {
    return (await this.#setup.rules.list()).rules.map(({ rule }) => rule);
  }

  /** @throws InterceptionError `not-found`, `busy`; StoreError */
  async deleteRule(number: number): Promise<void> {
    await this.#setup.rules.delete(number);
    this.#asks.tell({ type: "rules-changed" });
  }

  #subject({ field, subject }: Pick<BlockOrder, "field" | "subject">): string {
    return blockedSubject(field, subject, this.#setup.settings.v6PrefixBits);
  }
}
