import type { PartOutcome, ReportPart } from "../../../src/actors/guard/guard-port.ts";
import { defaultSnapshotEvery } from "../../../src/actors/guard/service/records/journal.ts";
import { Rules } from "../../../src/actors/guard/rules/rules.ts";
import { defaultCaps, defaultGuardSettings, type GuardSettings } from "../../../src/actors/guard/service/settings.ts";
import type { ListedIndication, ShardMessage, ShardStats } from "../../../src/actors/guard/service/shard-message.ts";
import { shardProps } from "../../../src/actors/guard/service/shard.ts";
import { guardSpace } from "../../../src/actors/guard/work.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import type { Grant } from "../../../src/cluster/index.ts";
import { ActorSystem, type Address, type ReplyTo } from "../../../src/kernel/index.ts";
import type { Store } from "../../../src/store/index.ts";
import { CapturedLog } from "../captured-log.ts";

const askMs = 30_000;
/** Only what a test or bench is about is in its way. */
export const openSettings: GuardSettings = {
  ...defaultGuardSettings,
  caps: { ...defaultCaps, blocksPerMinute: 1_000_000, activeShare: 1 },
};

/** A node that owns shards of the service of interception, with a real store and the clock of the machine. */
export class ShardNode {
  readonly rules: Rules;
  readonly #system: ActorSystem;
  readonly #store: Store;
  readonly #shards = new Map<number, Address<ShardMessage>>();

  constructor(name: string, store: Store) {
    const parts = { clock: systemClock, random: systemRandom, log: new CapturedLog().logger };
    this.#system = new ActorSystem({ node: name, ...parts });
    this.#store = store;
    this.rules = new Rules(store.space(guardSpace), systemRandom);
  }

  /** Takes a shard from whoever has it, and does not tell them. */
  async take(shard: number): Promise<void> {
    const space = this.#store.space(guardSpace);
    const key = `owner/guard/${shard}`;
    const { revision } = await space.commit(undefined, [{ type: "put", key, value: {} }]);
    const grant: Grant = {
      ...{ kind: "guard", shard, space, token: revision },
      guard: { type: "record", record: { key, version: revision } },
      deadlineMs: () => Number.POSITIVE_INFINITY,
      surrender: () => undefined,
    };
    const parts = { settings: openSettings, rules: this.rules, snapshotEvery: defaultSnapshotEvery };
    this.#shards.set(shard, this.#system.spawn(shardProps({ ...parts, grant }), `shard-${shard}-${revision}`));
  }

  /** @returns problems of the parts; undefined for one that is stored */
  async report(proxy: string, parts: readonly ReportPart[]): Promise<readonly (string | undefined)[]> {
    const from = { proxy, incarnation: "one" };
    const { outcomes } = await this.#ask<{ readonly outcomes: readonly PartOutcome[] }>(
      parts[0]?.shard ?? 0,
      (replyTo) => ({ type: "report", from, parts, replyTo: replyTo }),
    );
    return outcomes.map(({ problem }) => problem);
  }

  stats(shard: number): Promise<ShardStats> {
    return this.#ask<ShardStats>(shard, (replyTo) => ({ type: "stats", replyTo: replyTo }));
  }

  async list(shard: number): Promise<readonly ListedIndication[]> {
    const { indications } = await this.#ask<{ readonly indications: readonly ListedIndication[] }>(
      shard,
      (replyTo) => ({
        ...{ type: "list", state: undefined, rule: undefined, after: undefined, limit: 100 },
        replyTo: replyTo as never,
      }),
    );
    return indications;
  }

  async stop(): Promise<void> {
    await this.#system.stop();
  }

  #ask<Reply>(shard: number, make: (replyTo: ReplyTo<Reply>) => ShardMessage): Promise<Reply> {
    const owner = this.#shards.get(shard);
    if (owner === undefined) throw new Error(`shard ${shard} is not here: take(${shard}) comes first`);
    return owner.ask(make, askMs);
  }
}
