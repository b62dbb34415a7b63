import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../src/base/clock.ts";
import { seededRandom, type Random } from "../../src/base/random.ts";
import type { InterceptRule } from "../../src/engines/intercept/index.ts";
import { GuardedHost } from "../../test/chaos/guard/service/guarded-host.ts";
import { ServiceNodes } from "../../test/chaos/guard/service/service-nodes.ts";
import { median, type Report } from "../report.ts";
import { BenchChild } from "./child.ts";
import { crossedAt, exceedsByTheClock, type Passed } from "./exact.ts";
import type { Played, ReplayerCall } from "./replayer.ts";
import { isEdge, rules, traceOf, type TraceAccess } from "./trace.ts";

export const name = "guard-replay";

type Replayer = BenchChild<ReplayerCall, readonly Played[]>;
interface Freeze {
  readonly fromMs: number;
  readonly toMs: number;
}
/** One subject of one rule. */
interface Subject {
  readonly rule: InterceptRule;
  readonly name: string;
  readonly passed: Passed[];
}

const [seeds, hostCount, reportAgeMs, slotMs] = [3, 4, 100, 10];
const boundMs = reportAgeMs + 100;
/** A report is late by so much at most, which is below `skewMs`. */
const longestFreezeMs = 1_200;
const freezeEveryMs = 2_500;

/** A random trace over four front ends, whose proxies are frozen now and then, judged by an exact counter. */
export const run = async (report: Report): Promise<void> => {
  const nodes = await ServiceNodes.start(1);
  const hosts = Array.from({ length: hostCount }, (_, at) => new GuardedHost(`host-${at}`));
  const replayers: Replayer[] = [];
  try {
    for (const rule of rules) await nodes.guard.putRule(rule);
    for (const host of hosts) {
      await host.serve({ addresses: nodes.addresses, token: nodes.token }, reportAgeMs);
      await host.follows();
      replayers.push(await BenchChild.start("replayer", [host.shared]));
    }
    for (let seed = 1; seed <= seeds; seed += 1) await replay(seed, nodes, hosts, replayers, report);
  } finally {
    for (const replayer of replayers) await replayer.end();
    await Promise.all(hosts.map((host) => host.end()));
    await nodes.end();
  }
};

const replay = async (
  seed: number,
  nodes: ServiceNodes,
  hosts: readonly GuardedHost[],
  replayers: readonly Replayer[],
  report: Report,
): Promise<void> => {
  const random = seededRandom(seed);
  const parts: TraceAccess[][] = replayers.map(() => []);
  for (const access of traceOf(random, String(seed))) parts[random.below(hostCount)]?.push(access);
  // Windows by the clock begin with it.
  const beginMs = Math.ceil(systemClock.wallMs() / 1_000) * 1_000 + 1_000;
  const over = new AbortController();
  const freezing = freezeByChance(hosts, random, over.signal);
  const played = await Promise.all(
    replayers.map((replayer, at) => replayer.call({ beginMs, accesses: parts[at] ?? [] })),
  );
  over.abort();
  const freezes = await freezing;
  await pause(2 * longestFreezeMs);
  const late = (await nodes.owned()).reduce((sum, shard) => sum + shard.late, 0);
  if (late > 0) throw new Error(`${late} accesses came too late to be counted: the machine has too much else to do`);
  const blocked = await interceptedSubjects(nodes);
  judge({ seed, subjects: subjectsOf(parts, played), freezes, blocked }, report);
};

const judge = (
  run: { seed: number; subjects: readonly Subject[]; freezes: readonly Freeze[]; blocked: ReadonlySet<string> },
  report: Report,
): void => {
  const { seed, subjects, freezes, blocked } = run;
  const problems: string[] = [];
  const leaked: number[] = [];
  let [found, offenders, edges, byTheClock] = [0, 0, 0, 0];
  for (const { rule, name: subject, passed } of subjects) {
    const key = `${rule.number} ${subject}`;
    const crossedMs = crossedAt(rule, passed);
    if (crossedMs === undefined) {
      if (blocked.has(key)) problems.push(`${key} never crossed and is intercepted`);
      continue;
    }
    offenders += 1;
    if (isEdge(subject)) {
      edges += 1;
      byTheClock += exceedsByTheClock(rule, passed) ? 1 : 0;
    }
    const after = passed.filter(({ atMs }) => atMs > crossedMs);
    leaked.push(after.length);
    const late = after.filter(({ atMs }) => atMs > deadlineOf(crossedMs, freezes));
    if (!blocked.has(key)) problems.push(`${key} crossed and is not intercepted`);
    else if (late.length > 0) problems.push(`${key} was let through ${late.length} times after the bound`);
    else found += 1;
  }
  const accesses = subjects.reduce((sum, { passed }) => sum + passed.length, 0);
  console.log(
    `  seed ${seed}: ${subjects.length} subjects, ${accesses} accesses let through, ${offenders} subjects crossed, ` +
      `${edges} of them at the end of a window, which fixed windows see of ${byTheClock}; ` +
      `leaked: median ${median(leaked)}, at most ${Math.max(...leaked)}; ${freezes.length} times a proxy was frozen`,
  );
  for (const problem of problems.slice(0, 10)) console.log(`  ${problem}`);
  report.add({
    ...{ what: `seed ${seed}: crossed → intercepted within ${boundMs} ms of working proxies`, unit: "subjects" },
    ...{ ours: [found], peer: { name: "exact counter", samples: [offenders] }, aim: { atLeast: 1 } },
  });
  const least = { name: "those that did not cross", samples: [subjects.length - offenders] };
  const spared = subjects.filter(({ rule, name: of }) => !blocked.has(`${rule.number} ${of}`)).length;
  report.add({
    ...{ what: `seed ${seed}: not intercepted`, unit: "subjects", ours: [spared], peer: least, aim: { atLeast: 1 } },
  });
};

/** When all proxies had worked for long enough after the crossing. */
const deadlineOf = (crossedMs: number, freezes: readonly Freeze[]): number => {
  let fromMs = crossedMs;
  for (const freeze of freezes) if (freeze.fromMs < fromMs + boundMs) fromMs = Math.max(fromMs, freeze.toMs);
  return fromMs + boundMs;
};

/** One proxy at a time stands still; in the order of their time. */
const freezeByChance = async (
  hosts: readonly GuardedHost[],
  random: Random,
  signal: AbortSignal,
): Promise<readonly Freeze[]> => {
  const freezes: Freeze[] = [];
  while (!signal.aborted) {
    const host = hosts[random.below(hosts.length)];
    const fromMs = systemClock.monotonicMs();
    await host?.freeze();
    await pause(random.next() * longestFreezeMs);
    host?.thaw();
    freezes.push({ fromMs, toMs: systemClock.monotonicMs() });
    await pause(random.next() * freezeEveryMs);
  }
  return freezes;
};

const subjectsOf = (
  parts: readonly (readonly TraceAccess[])[],
  played: readonly (readonly Played[])[],
): readonly Subject[] => {
  const subjects = new Map<string, Subject>();
  for (const [part, accesses] of parts.entries()) {
    for (const [at, { rule: number, account, ip }] of accesses.entries()) {
      const rule = rules.find((each) => each.number === number);
      const what = played[part]?.[at];
      if (rule === undefined || what === undefined) throw new Error("an access was not played");
      const subject = ip ?? account;
      const kept = subjects.get(`${number} ${subject}`) ?? { rule, name: subject, passed: [] };
      subjects.set(`${number} ${subject}`, kept);
      const { wallMs, atMs, passed } = what;
      if (passed) kept.passed.push({ slotMs: wallMs - (wallMs % slotMs), atMs, value: account });
    }
  }
  return [...subjects.values()];
};

/** `RULE SUBJECT` of each that is intercepted. */
const interceptedSubjects = async ({ guard }: ServiceNodes): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  for (let pageToken = ""; ;) {
    const page = await guard.indications({
      state: "active",
      pageSize: 500,
      ...(pageToken === "" ? {} : { pageToken }),
    });
    for (const { rule, subject } of page.indications) found.add(`${rule} ${subject}`);
    pageToken = page.nextPageToken;
    if (pageToken === "") return found;
  }
};
