import assert from "node:assert/strict";
import { seededRandom } from "../../../src/base/random.ts";
import {
  ClusterError,
  joinCluster,
  readTable,
  type AgreedSettings,
  type ClusterErrorCode,
  type Membership,
  type NodeIdentity,
} from "../../../src/cluster/index.ts";
import { StoreError, type Space } from "../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore, type Carry } from "../../../src/store/memory/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";

export const leaseMs = 3_000;

export const identity = (id: string, incarnation = "first"): NodeIdentity => ({
  id,
  incarnation,
  address: "127.0.0.1:7443",
  httpAddress: "127.0.0.1:7480",
  roles: ["scheduler", "probe"],
  pid: 1,
  version: "0.0.0",
});

/** How one process reaches the store: `down` refuses each call, `frozen` keeps it until it is `up` again. */
export class Link {
  #thaw: () => void = () => undefined;
  #thawed: Promise<void> = Promise.resolve();
  #down = false;
  #before: ((call: number) => void | Promise<void>) | undefined;
  /** Which call is made, but not answered. Counted likewise. */
  unanswered: number | undefined;
  #calls = 0;

  set state(state: "up" | "down" | "frozen") {
    this.#down = state === "down";
    this.#thaw();
    if (state === "frozen") this.#thawed = new Promise((resolve) => (this.#thaw = resolve));
  }

  /** Runs before each call; they are counted from here. */
  intercept(before: (call: number) => void | Promise<void>): void {
    this.#calls = 0;
    this.#before = before;
  }

  readonly carry: Carry = async (run) => {
    await this.#thawed;
    if (this.#down) throw noAnswer();
    this.#calls += 1;
    await this.#before?.(this.#calls);
    const output = run();
    if (this.#calls === this.unanswered) throw noAnswer();
    return output;
  };
}

const noAnswer = (): StoreError => new StoreError("deadline", "no answer", { retryable: true });

export interface TestJoin {
  readonly incarnation?: string;
  readonly settings?: AgreedSettings;
  readonly link?: Pick<Link, "carry">;
}

/** Nodes on a store in memory, with time that the test moves. */
export class TestCluster {
  readonly clock: ManualClock;
  /** As nobody's link is in the way. */
  readonly space: Space;
  readonly #database;

  constructor(clock = new ManualClock()) {
    this.clock = clock;
    this.#database = createMemoryDatabase({ clock });
    this.space = this.through(new Link());
  }

  through(link: Pick<Link, "carry">): Space {
    return openMemoryStore(this.#database, link.carry).space("cluster");
  }

  /** Does not move time: see `settled`, or a kernel's `complete`. */
  joining(id: string, { incarnation = "first", settings = {}, link = new Link() }: TestJoin = {}): Promise<Membership> {
    return joinCluster({
      space: this.through(link),
      clock: this.clock,
      random: seededRandom(1),
      identity: identity(id, incarnation),
      settings,
    });
  }

  join(id: string, options?: TestJoin): Promise<Membership> {
    return this.settled(this.joining(id, options));
  }

  /** Moves time on while `work` waits for it; `each` runs after each step. */
  async settled<Result>(
    work: Promise<Result>,
    each: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Result> {
    let open = true;
    const done = (): void => void (open = false);
    work.then(done, done);
    for (;;) {
      await this.turns();
      if (!open) return work;
      this.clock.advance(this.clock.nextInMs ?? 0);
      await each();
    }
  }

  /** Lets everything happen that waits for nothing but the store. */
  async turns(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
  }

  /** Moves time on; these renew their leases every third of one, on the way. */
  async pass(ms: number, ...renewing: readonly Membership[]): Promise<void> {
    const stepMs = leaseMs / 3;
    for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
      this.clock.advance(Math.min(leftMs, stepMs));
      for (const membership of renewing) assert.equal(await membership.renew(), "held");
    }
  }

  async states(): Promise<readonly string[]> {
    const { members } = await readTable(this.space);
    return members.map(({ id, incarnation, state }) => `${id} ${incarnation} ${state}`);
  }
}

export const refused = (call: Promise<unknown>, code: ClusterErrorCode, message: RegExp): Promise<void> =>
  assert.rejects(call, (error) => {
    assert.ok(error instanceof ClusterError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
