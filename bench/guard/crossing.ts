import Table from "cli-table3";
import { parseInterceptRule } from "../../src/engines/intercept/index.ts";
import { GuardedHost } from "../../test/chaos/guard/service/guarded-host.ts";
import { ServiceNodes } from "../../test/chaos/guard/service/service-nodes.ts";
import { median, type Report } from "../report.ts";
import type { AttackerCall, AttackerSays } from "./attacker.ts";
import { BenchChild } from "./child.ts";
import { crossed, type Crossed } from "./crossed.ts";

export const name = "guard-crossing";

type Attacker = BenchChild<AttackerCall, AttackerSays>;

const hostCount = 4;
const agesMs = [10, 30, 100, 300, 1_000];
const offenders = 30;
/** Before those of each age, told by themselves: a proxy of each age is started for them. */
const warmUps = 25;
const offendersEveryMs = 200;
/** Beyond the age of the report. */
const allowedMs = 100;
const rule = parseInterceptRule({
  ...{ number: 1, name: "crossing", subject: "account", threshold: 200, windowMs: 60_000, blockMs: 600_000 },
});

/** Accounts that come to four front ends of four hosts at once: from the access that crosses the limit until all four deny. */
export const run = async (report: Report): Promise<void> => {
  for (const nodes of [1, 2]) await crossings(nodes, report);
};

const crossings = async (count: number, report: Report): Promise<void> => {
  const nodes = await ServiceNodes.start(count);
  const hosts = Array.from({ length: hostCount }, (_, at) => new GuardedHost(`host-${at}`));
  const attackers: Attacker[] = [];
  const table = new Table({
    head: ["report age ms", "median ms", "p95 ms", "max ms", "leaked: median", "max", "most of one front end"],
    style: { head: [], border: [] },
  });
  try {
    await nodes.guard.putRule(rule);
    for (const [at, { shared }] of hosts.entries())
      attackers.push(await BenchChild.start("attacker", [shared, String(rule.number), String(at)]));
    for (const ageMs of agesMs) {
      for (const host of hosts) await host.serve({ addresses: nodes.addresses, token: nodes.token }, ageMs);
      for (const host of hosts) await host.follows();
      // Front ends look every second whether there is another table; and these proxies, of one age each, have only just begun.
      const first = await attack(attackers, `first-${ageMs}`, warmUps);
      const all = await attack(attackers, `offender-${ageMs}`, offenders);
      const tookMs = all.map((each) => each.tookMs).toSorted((one, other) => one - other);
      const max = tookMs.at(-1) ?? Number.NaN;
      const p95 = tookMs[Math.ceil(tookMs.length * 0.95) - 1] ?? Number.NaN;
      const leaked = all.map((each) => each.leaked);
      const most = Math.max(...all.map(({ mostOfOne }) => mostOfOne));
      table.push([ageMs, ...[median(tookMs), p95, max].map(Math.round), median(leaked), Math.max(...leaked), most]);
      const what = `${count === 1 ? "a node" : `${count} nodes`}, report age ${ageMs} ms: crossing → denied by all four`;
      const peer = { name: "limit", samples: [ageMs + allowedMs] };
      // The very first access may come a second before its front end has a table.
      const cold = first.slice(1).map((each) => each.tookMs);
      const limits = { ...peer, samples: cold.map(() => ageMs + allowedMs) };
      report.add({ what: `${what}, of proxies that have just begun`, unit: "ms", ours: cold, peer: limits });
      report.add({ what: `${what}, p95`, unit: "ms", ours: [p95], peer, aim: { atMost: 1 } });
      report.add({ what: `${what}, longest`, unit: "ms", ours: [max], peer, aim: { atMost: 1 } });
    }
    console.log(`${count} node(s), ${offenders} accounts each, one access in 10 ms at each of ${hostCount} front ends`);
    console.log(table.toString());
    await requireNoOthers(nodes);
  } finally {
    for (const attacker of attackers) await attacker.end();
    await Promise.all(hosts.map((host) => host.end()));
    await nodes.end();
  }
};

const attack = async (attackers: readonly Attacker[], prefix: string, count: number): Promise<readonly Crossed[]> => {
  const accounts = Array.from({ length: count }, (_, at) => ({
    name: `${prefix}-${at}`,
    afterMs: at * offendersEveryMs,
  }));
  const said = await Promise.all(attackers.map((attacker) => attacker.call({ accounts })));
  return accounts.map(({ name: account }) =>
    crossed(
      account,
      said.flatMap(({ accounts: all }) => all.filter((each) => each.name === account)),
      rule.threshold,
    ),
  );
};

const requireNoOthers = async ({ guard }: ServiceNodes): Promise<void> => {
  const { indications } = await guard.indications({ rule: rule.number, pageSize: 500 });
  const falsely = indications.filter(({ subject }) => subject.startsWith("other-"));
  if (falsely.length > 0) throw new Error(`${falsely.length} accounts are intercepted that stayed below the limit`);
};
