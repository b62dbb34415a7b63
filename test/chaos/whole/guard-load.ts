import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../src/base/random.ts";
import type { InterceptRule } from "../../../src/engines/intercept/index.ts";
import { tempDir } from "../../support/temp-dir.ts";
import type { Disturbed } from "../fleet/disturb.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { ConfigSections } from "../fleet/prepare-fleet.ts";
import { accessesEach, accountOf, frontEnds, judgeAccounts, threshold, type Account } from "./guard/accounts.ts";
import { agreedSettings } from "./guard/agreed-settings.ts";
import { FrontEnd } from "./guard/front-end.ts";
import { listedAccounts } from "./guard/listed-accounts.ts";
import type { Load, Settled } from "./load.ts";
import { Pace } from "./pace.ts";

const dayMs = 86_400_000;
const rule: InterceptRule = {
  number: 1,
  name: "whole",
  subject: "account",
  threshold,
  windowMs: dayMs,
  distinct: undefined,
  action: "deny",
  blockMs: dayMs,
  escalateMs: [],
  forgetMs: dayMs,
  shadow: false,
  allow: [],
};
/** Folders that front ends share; each has the node of the same number for its proxy, the others have none. */
const folders = ["a", "b"] as const;
const accountsPerSecond = 2;
const crashEveryMs = 6_000;
const lookEveryMs = 200;
/** A shard whose node died is taken over and asked again by proxies that begin again. */
const settleMs = 120_000;
const shown = 5;
const counted = [
  "passed",
  "intercepted",
  "late",
  "uncounted",
  "repeatedParts",
  "crossings",
  "active",
  "pending",
] as const;

/** Accesses of accounts, each spread over four front ends that die now and then; every second account exceeds the threshold in all. */
export class GuardLoad implements Load {
  readonly name = "guard";
  readonly #folder = tempDir("whole-guard");
  readonly #seed: number;
  readonly #accounts: Account[] = [];
  #frontEnds: readonly FrontEnd[] = [];
  #accesses = 0;
  #crashes = 0;
  #running = true;

  constructor(seed: number) {
    this.#seed = seed;
  }

  config(node: number): ConfigSections {
    const host = folders[node];
    return {
      guard: {
        ...agreedSettings,
        ...(host === undefined
          ? {}
          : { proxy: true, folder: this.#shared(host), spoolFolder: join(this.#folder.path, `spool-${host}`) }),
      },
    };
  }

  async feed(fleet: Fleet): Promise<void> {
    await fleet.ask(({ guard }) => guard.putRule(rule));
    this.#frontEnds = Array.from({ length: frontEnds }, (_, at) => {
      return new FrontEnd({ folder: this.#shared(folders[at % folders.length] ?? "a"), rule: rule.number });
    });
    const pace = new Pace(accountsPerSecond);
    const making = (async () => {
      for (; this.#running; await pause(lookEveryMs)) {
        while (this.#accounts.length < pace.due) this.#accounts.push(accountOf(this.#accounts.length));
      }
    })();
    await Promise.all([making, this.#crash(), ...this.#frontEnds.map((frontEnd) => this.#access(frontEnd))]);
  }

  stop(): void {
    this.#running = false;
  }

  progress(): string {
    return `${this.#accesses} accesses of ${this.#accounts.length} accounts, ${this.#crashes} front ends crashed`;
  }

  async settle(fleet: Fleet, { faults }: Disturbed): Promise<Settled> {
    const offenders = this.#accounts.filter(({ recorded }) => recorded > threshold).map(({ name }) => name);
    const listed = await untilAll(offenders, async () => new Set(await listedAccounts(fleet, rule.number)));
    // Accesses of those that are listed change nothing any more; the others are looked at once only.
    const known = offenders.filter((name) => listed.has(name));
    const others = this.#accounts.map(({ name }) => name).filter((name) => !known.includes(name));
    const deniedBy = await Promise.all(
      this.#frontEnds.map(async (frontEnd) => {
        const denied = await untilAll(known, () => look(frontEnd, known));
        return new Set([...denied, ...(await look(frontEnd, others))]);
      }),
    );
    const judged = judgeAccounts(this.#accounts, listed, deniedBy);
    const { missed, blockedFalsely, offenders: crossed, innocent } = judged;
    const shards = await fleet.ask(({ guard }) => guard.stats());
    const sum = (of: (typeof counted)[number]): number => shards.reduce((all, shard) => all + shard[of], 0);
    return {
      ledgers: [
        {
          ...{ system: "guard", planned: crossed + innocent, done: crossed + innocent - missed.length },
          ...{ doneTwice: blockedFalsely.length, lost: missed.length, restarts: faults.kills.length, takeoverMs: 0 },
        },
      ],
      floors: {
        accesses: { seen: this.#accesses, tenMinutes: 100_000 },
        "accounts that were blocked": { seen: crossed - missed.length, tenMinutes: 500 },
        "front ends that crashed": { seen: this.#crashes, tenMinutes: 50 },
      },
      violations: [
        ...missed.slice(0, shown).map((name) => `${name} exceeded the threshold and is not denied everywhere`),
        ...blockedFalsely.slice(0, shown).map((name) => `${name} did not exceed the threshold and is intercepted`),
      ],
      // Of shards that answer now, since they were taken over last.
      seen: {
        ...{ crossed, innocent, listed: listed.size, shards: shards.filter(({ node }) => node !== "").length },
        ...Object.fromEntries(counted.map((of) => [of, sum(of)])),
      },
    };
  }

  async end(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#frontEnds.map((frontEnd) => frontEnd.end()));
    this.#folder.remove();
  }

  #shared(host: string): string {
    return join(this.#folder.path, `shared-${host}`);
  }

  /** Accesses of one account after the other. What a dead process may not have recorded, an offender does again. */
  async #access(frontEnd: FrontEnd): Promise<void> {
    for (let at = 0; this.#running || at < this.#accounts.length;) {
      const account = this.#accounts[at];
      if (account === undefined) {
        await pause(lookEveryMs);
        continue;
      }
      at += 1;
      for (let left = accessesEach(account.offends); left > 0;) {
        const done = await frontEnd.do({ type: "access", account: account.name, count: left });
        account.possible += left;
        account.recorded += done?.recorded ?? 0;
        this.#accesses += done?.recorded ?? 0;
        left = account.offends ? left - (done?.recorded ?? 0) : 0;
      }
    }
  }

  async #crash(): Promise<void> {
    const random = seededRandom(this.#seed);
    for (;;) {
      const untilMs = performance.now() + crashEveryMs * (0.5 + random.next());
      while (this.#running && performance.now() < untilMs) await pause(lookEveryMs);
      if (!this.#running) return;
      await this.#frontEnds[random.below(frontEnds)]?.crash();
      this.#crashes += 1;
    }
  }
}

/** What is found, once all that is wanted is among it or it takes too long. */
const untilAll = async (
  wanted: readonly string[],
  find: () => Promise<ReadonlySet<string>>,
): Promise<ReadonlySet<string>> => {
  const endMs = performance.now() + settleMs;
  for (;;) {
    const found = await find();
    if (wanted.every((name) => found.has(name)) || performance.now() > endMs) return found;
    await pause(lookEveryMs);
  }
};

const look = async (frontEnd: FrontEnd, accounts: readonly string[]): Promise<ReadonlySet<string>> =>
  new Set((await frontEnd.do({ type: "look", accounts }))?.denied);
