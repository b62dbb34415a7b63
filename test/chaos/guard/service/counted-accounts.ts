import type { GarrisonClient } from "../../../../src/client/index.ts";
import { shardOf } from "../../../../src/cluster/index.ts";
import type { InterceptRule } from "../../../../src/engines/intercept/index.ts";
import { until } from "../../../support/until.ts";
import type { FrontEnd } from "../../whole/guard/front-end.ts";

const shards = 8;
const settleMs = 60_000;
/** After this long an account that is not intercepted will not be. */
const lastAccessMs = 20_000;

/** Accounts of which front ends have recorded accesses, and whether the service has counted as many. */
export class CountedAccounts {
  readonly #accounts: { readonly name: string; recorded: number }[];
  readonly #rule: InterceptRule;
  readonly #guard: Pick<GarrisonClient["guard"], "indications">;

  /** @param rule whose window and interceptions last longer than the run */
  constructor(count: number, rule: InterceptRule, guard: Pick<GarrisonClient["guard"], "indications">) {
    this.#accounts = Array.from({ length: count }, (_, at) => ({ name: `account-${at}`, recorded: 0 }));
    [this.#rule, this.#guard] = [rule, guard];
  }

  get recorded(): number {
    return this.#accounts.reduce((sum, { recorded }) => sum + recorded, 0);
  }

  /** @throws when the front end has ended, or the account would exceed the threshold */
  async access(frontEnd: FrontEnd, at: number, count: number): Promise<void> {
    const account = this.#accounts[at];
    if (account === undefined || account.recorded + count > this.#rule.threshold) {
      throw new Error(`account ${at} can have no ${count} accesses more: the run is too long`);
    }
    account.recorded += count;
    await accessAll(frontEnd, account.name, count);
  }

  /**
   * Brings each account to the threshold: one that is intercepted by then was counted more often than it was recorded. Then each comes once more:
   * one that is not intercepted was counted less often.
   * @param frontEnds one of each host, with which nobody else records anything any more
   * @returns what must not be
   */
  async judge(frontEnds: readonly FrontEnd[]): Promise<readonly string[]> {
    const { threshold } = this.#rule;
    const ofFrontEnd = (each: number): readonly number[] =>
      this.#accounts.map((_, at) => at).filter((at) => at % frontEnds.length === each);
    await Promise.all(
      frontEnds.map(async (frontEnd, each) => {
        for (const at of ofFrontEnd(each)) {
          const missing = threshold - (this.#accounts[at]?.recorded ?? threshold);
          if (missing > 0) await this.access(frontEnd, at, missing);
        }
        for (const marker of markers(each)) await accessAll(frontEnd, marker, threshold + 1);
      }),
    );
    // What a host records for one shard is counted in its order: with its last accounts everything before them was.
    const last = frontEnds.flatMap((_, each) => markers(each));
    await this.#listed(last).catch(() => undefined);
    const early = await this.#intercepted();
    const held = last.filter((name) => !early.has(name));
    if (held.length > 0) return held.map((name) => `of ${name}, the last of its host, fewer were counted`);
    const doubled = this.#accounts.filter(({ name }) => early.has(name));
    await Promise.all(
      frontEnds.map(async (frontEnd, each) => {
        for (const at of ofFrontEnd(each)) await accessAll(frontEnd, this.#accounts[at]?.name ?? "", 1);
      }),
    );
    const names = this.#accounts.map(({ name }) => name);
    await this.#listed(names, lastAccessMs).catch(() => undefined);
    const late = await this.#intercepted();
    return [
      ...doubled.map(({ name, recorded }) => `${name} has ${recorded} accesses and more were counted`),
      ...names
        .filter((name) => !late.has(name))
        .map((name) => `${name} has ${threshold + 1} accesses and fewer were counted`),
    ];
  }

  async #listed(names: readonly string[], withinMs = settleMs): Promise<void> {
    let found: ReadonlySet<string> = new Set();
    await until(
      async () => {
        found = await this.#intercepted();
        return names.every((name) => found.has(name));
      },
      () => names.filter((name) => !found.has(name)),
      withinMs,
    );
  }

  async #intercepted(): Promise<ReadonlySet<string>> {
    const { indications } = await this.#guard.indications({ rule: this.#rule.number, pageSize: 500 });
    return new Set(indications.map(({ subject }) => subject));
  }
}

/** An account of each shard that only one host sees. */
const markers = (host: number): readonly string[] =>
  Array.from({ length: shards }, (_, shard) => {
    for (let at = 0; ; at += 1) if (shardOf(`last-${host}-${at}`, shards) === shard) return `last-${host}-${at}`;
  });

const accessAll = async (frontEnd: FrontEnd, account: string, count: number): Promise<void> => {
  const done = await frontEnd.do({ type: "access", account, count });
  if (done?.recorded !== count) throw new Error(`${done?.recorded} of ${count} accesses of ${account} were recorded`);
};
