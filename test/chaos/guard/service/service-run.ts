import { setTimeout as pause } from "node:timers/promises";
import { seededRandom, type Random } from "../../../../src/base/random.ts";
import { parseInterceptRule } from "../../../../src/engines/intercept/index.ts";
import { TcpProxy } from "../../../support/network/tcp-proxy.ts";
import { FrontEnd } from "../../whole/guard/front-end.ts";
import { CountedAccounts } from "./counted-accounts.ts";
import { GuardedHost } from "./guarded-host.ts";
import { ServiceNodes } from "./service-nodes.ts";

export interface ServiceRunOptions {
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface ServiceRunResult {
  readonly seconds: number;
  readonly kills: number;
  /** That front ends recorded while nodes were killed. */
  readonly accesses: number;
  /** Parts of reports that a shard was sent although it had counted them, at least. */
  readonly repeatedParts: number;
  /** From a kill until each shard had an owner that answers. */
  readonly longestTakeoverMs: number;
  readonly violations: readonly string[];
}

const [nodeCount, hostCount, accountCount] = [2, 4, 64];
/** Short, so that a kill meets reports that are under way. */
const reportAgeMs = 10;
/** So long is a shard without an owner. */
const leaseMs = 3_000;
const mostOfOrder = 40;
const longestLifeMs = 1_500;
/** So long at most, before it is killed, nobody hears of what a node has stored, or the store hears nothing of what it is told. */
const longestCutMs = 100;
const rule = parseInterceptRule({
  ...{ number: 1, name: "counted", subject: "account", threshold: 20_000, windowMs: 3_600_000, blockMs: 3_600_000 },
});

/**
 * Four hosts report to two nodes, of which one that owns shards is killed over and over, after its last answers, or what it stored last, were
 * lost. Afterwards it is known by the threshold of the rule whether each account was counted as often as it was recorded: all are brought to it,
 * then each comes once more.
 */
export const serviceRun = async (options: ServiceRunOptions): Promise<ServiceRunResult> => {
  const nodes = await ServiceNodes.start(nodeCount, { leaseMs, throughProxies: true });
  const run = new ServiceRun(options, nodes);
  try {
    return await run.run();
  } finally {
    await run.end();
    await nodes.end();
  }
};

class ServiceRun {
  readonly #options: ServiceRunOptions;
  readonly #nodes: ServiceNodes;
  readonly #random: Random;
  readonly #hosts = Array.from({ length: hostCount }, (_, at) => new GuardedHost(`host-${at}`));
  readonly #frontEnds: FrontEnd[] = [];
  /** By the id of the node to which it leads. */
  readonly #ways = new Map<string, TcpProxy>();
  readonly #accounts: CountedAccounts;
  #isLoaded = true;
  #repeatedParts = 0;
  #longestTakeoverMs = 0;

  constructor(options: ServiceRunOptions, nodes: ServiceNodes) {
    [this.#options, this.#nodes, this.#random] = [options, nodes, seededRandom(options.seed)];
    this.#accounts = new CountedAccounts(accountCount, rule, nodes.guard);
  }

  async run(): Promise<ServiceRunResult> {
    const { kills, seed, say } = this.#options;
    const startMs = performance.now();
    await this.#nodes.guard.putRule(rule);
    for (const id of this.#nodes.ids) {
      const port = this.#nodes.port(id);
      this.#ways.set(id, await TcpProxy.start(() => port, { host: "::1", port }));
    }
    const [first = "", ...others] = [...this.#ways.values()].map(({ port }) => `[::1]:${port}`);
    const service = { addresses: [first, ...others] as const, token: this.#nodes.token };
    for (const host of this.#hosts) {
      await host.serve(service, reportAgeMs);
      this.#frontEnds.push(new FrontEnd({ folder: host.shared, rule: rule.number }));
    }
    const loads = Promise.all(this.#frontEnds.map((frontEnd, at) => this.#load(frontEnd, seededRandom(seed + at + 1))));
    try {
      for (let killed = 1; killed <= kills; killed += 1) {
        await this.#kill();
        say(`${killed} of ${kills} nodes killed, ${this.#accounts.recorded} accesses`);
      }
    } finally {
      this.#isLoaded = false;
      await loads;
    }
    const accesses = this.#accounts.recorded;
    const violations = await this.#accounts.judge(this.#frontEnds);
    for (const { repeatedParts } of await this.#nodes.owned()) this.#repeatedParts += repeatedParts;
    return {
      ...{ seconds: Math.round((performance.now() - startMs) / 1_000), kills, accesses, violations },
      ...{ repeatedParts: this.#repeatedParts, longestTakeoverMs: Math.round(this.#longestTakeoverMs) },
    };
  }

  async end(): Promise<void> {
    for (const frontEnd of this.#frontEnds) await frontEnd.end();
    for (const host of this.#hosts) await host.end();
    for (const way of this.#ways.values()) await way.close();
  }

  async #load(frontEnd: FrontEnd, random: Random): Promise<void> {
    while (this.#isLoaded) {
      await this.#accounts.access(frontEnd, random.below(accountCount), 1 + random.below(mostOfOrder));
    }
  }

  async #kill(): Promise<void> {
    await pause(this.#random.next() * longestLifeMs);
    const shards = await this.#nodes.owned();
    const ownedBy = (id: string): typeof shards => shards.filter(({ node }) => node === id);
    const owners = this.#nodes.ids.filter((id) => ownedBy(id).length > 0);
    const victim = owners[this.#random.below(owners.length)] ?? "";
    for (const { repeatedParts } of ownedBy(victim)) this.#repeatedParts += repeatedParts;
    const way = this.#ways.get(victim);
    // An answer before its commit does harm only where it is heard; a report that is sent again comes only where it is not.
    if (this.#random.below(2) === 0) way?.set("back", { cut: "lost" });
    else this.#nodes.cutStore(victim);
    await pause(this.#random.next() * longestCutMs);
    await this.#nodes.kill(victim);
    way?.heal();
    const killedMs = performance.now();
    await this.#nodes.owned();
    this.#longestTakeoverMs = Math.max(this.#longestTakeoverMs, performance.now() - killedMs);
    await this.#nodes.restart(victim);
  }
}
