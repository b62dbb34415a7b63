import type { Grant } from "../../../src/cluster/index.ts";
import { seededRandom } from "../../../src/base/random.ts";
import type { GuardReport, PartOutcome } from "../../../src/actors/guard/guard-port.ts";
import { Rules } from "../../../src/actors/guard/rules/rules.ts";
import { defaultCaps, defaultGuardSettings, type GuardSettings } from "../../../src/actors/guard/service/settings.ts";
import type { Changes, ListedIndication, ShardMessage } from "../../../src/actors/guard/service/shard-message.ts";
import { shardProps } from "../../../src/actors/guard/service/shard.ts";
import { guardEventQueue, guardSpace, parseGuardEvent, type GuardEvent } from "../../../src/actors/guard/work.ts";
import type { Address, ReplyTo } from "../../../src/kernel/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../src/store/memory/index.ts";
import { StoreError, type Change, type Space } from "../../../src/store/index.ts";
import { TestKernel } from "../kernel.ts";

/** What happens to the next commits of the shard: they fail, having been made or not. */
export type CommitFault = "before" | "after";

const askMs = 30_000;
const shard = 3;
/** So often that each takeover finds contents and a journal. */
const snapshotEvery = { rows: 1_000, entries: 3 };
/** But those that a test names. */
const noCaps = { ...defaultCaps, blocksPerMinute: 100_000, activeShare: 1 };

/** One shard on a store in memory, with a clock that stands still, and owners that the test puts in place of each other. */
export class ShardWorld {
  readonly kernel: TestKernel;
  readonly space: Space;
  readonly rules: Rules;
  readonly settings: GuardSettings;
  /** Of the commits to come, in order. */
  readonly faults: (CommitFault | "none")[] = [];
  #owners = 0;
  #owner: Address<ShardMessage> | undefined;
  #frozen: Address<ShardMessage> | undefined;

  constructor(settings: Partial<GuardSettings> = {}, seed = 1) {
    this.kernel = new TestKernel("seeded", { seed });
    this.space = openMemoryStore(createMemoryDatabase({ clock: this.kernel.clock })).space(guardSpace);
    this.rules = new Rules(this.space, seededRandom(seed));
    // The clock stands still: what is reported is counted at once.
    this.settings = { ...defaultGuardSettings, caps: noCaps, countEveryMs: 0, ...settings };
  }

  get nowMs(): number {
    return this.kernel.clock.wallMs();
  }

  /** Another node takes the shard. The owner before goes on until the next one takes it, as one does that was frozen. */
  async take(): Promise<Address<ShardMessage>> {
    const key = `owner/guard/${shard}`;
    this.#owners += 1;
    const { revision } = await this.space.commit(undefined, [{ type: "put", key, value: { owner: this.#owners } }]);
    const grant: Grant = {
      kind: "guard",
      shard,
      space: this.#faulty(),
      guard: { type: "record", record: { key, version: revision } },
      token: revision,
      deadlineMs: () => Number.POSITIVE_INFINITY,
      surrender: () => undefined,
    };
    if (this.#frozen !== undefined) await this.kernel.complete(this.kernel.system.stopActor(this.#frozen));
    this.#frozen = this.#owner;
    const props = shardProps({ grant, settings: this.settings, rules: this.rules, snapshotEvery });
    this.#owner = this.kernel.system.spawn(props, `shard-${this.#owners}`);
    await this.kernel.settle();
    return this.#owner;
  }

  get owner(): Address<ShardMessage> {
    if (this.#owner === undefined) throw new Error("nobody owns the shard: take() comes first");
    return this.#owner;
  }

  ask<Reply>(make: (replyTo: ReplyTo<Reply>) => ShardMessage, owner = this.owner): Promise<Reply> {
    return this.kernel.complete(owner.ask<Reply>(make, askMs));
  }

  async report(report: Pick<GuardReport, "proxy" | "incarnation" | "parts">): Promise<readonly PartOutcome[]> {
    const { proxy, incarnation, parts } = report;
    const { outcomes } = await this.ask<{ readonly outcomes: readonly PartOutcome[] }>((replyTo) => ({
      type: "report",
      from: { proxy, incarnation },
      parts,
      replyTo: replyTo,
    }));
    return outcomes;
  }

  follow(follower: string, afterSequence: number, waitMs = 1): Promise<Changes> {
    return this.ask<Changes>((replyTo) => ({ type: "follow", follower, afterSequence, waitMs, replyTo }));
  }

  async list(state?: ListedIndication["state"]): Promise<readonly ListedIndication[]> {
    const found: ListedIndication[] = [];
    let after: string | undefined;
    do {
      const page = await this.ask<{ readonly indications: readonly ListedIndication[]; readonly next?: string }>(
        (replyTo) => ({ type: "list", state, rule: undefined, after, limit: 100, replyTo: replyTo as never }),
      );
      found.push(...page.indications);
      after = page.next;
    } while (after !== undefined);
    return found;
  }

  /** The events that are to be raised, and ends their items. */
  async events(): Promise<readonly GuardEvent[]> {
    const events: GuardEvent[] = [];
    for (;;) {
      const request = { queue: guardEventQueue, owner: "test", slots: 1_000, leaseMs: 60_000, holding: 0 };
      const { claims } = await this.space.queue.claim(request);
      if (claims.length === 0) return events;
      events.push(...claims.map(({ body }) => parseGuardEvent(body)));
      const ends = claims.map((claim): Change => ({ type: "finish", claim, outcome: "done" }));
      await this.space.commit(undefined, ends);
    }
  }

  async end(): Promise<void> {
    await this.kernel.complete(this.kernel.system.stop());
  }

  #faulty(): Space {
    const { name, queue, groups, records, leases, limits } = this.space;
    return {
      ...{ name, queue, groups, records, leases, limits },
      commit: async (guard, changes) => {
        const fault = this.faults.shift();
        if (fault === "before") throw lost();
        const result = await this.space.commit(guard, changes);
        if (fault === "after") throw lost();
        return result;
      },
      revision: () => this.space.revision(),
      changed: (seen, timeoutMs) => this.space.changed(seen, timeoutMs),
    };
  }
}

const lost = (): StoreError => new StoreError("deadline", "no answer in time", { retryable: true });
