import { parseInterceptRule } from "../../src/engines/intercept/index.ts";
import { GuardedHost } from "../../test/chaos/guard/service/guarded-host.ts";
import { ServiceNodes } from "../../test/chaos/guard/service/service-nodes.ts";
import { RedisServer } from "../../test/support/redis-server.ts";
import { until } from "../../test/support/until.ts";
import { cpuSeconds } from "../processes.ts";
import type { Aim, Report } from "../report.ts";
import { BenchChild } from "./child.ts";
import type { CountingNodeSays } from "./counting-node.ts";
import type { TrafficCall, TrafficSays, TrafficSettings } from "./traffic-front-end.ts";

export const name = "guard-traffic";

type FrontEnd = BenchChild<TrafficCall, TrafficSays>;

const [frontEndCount, rounds, roundMs, reportAgeMs] = [4, 9, 3_000, 100];
/** Of each way, uncounted: a service runs for days, and spends much of its first seconds on compiling what it does often. */
const warmUpMs = 20_000;
const drainMs = 60_000;
const required = 10_000;
/** Nobody crosses it: what is compared is counting. */
const rule = parseInterceptRule({
  ...{ number: 1, name: "traffic", subject: "account", threshold: 10_000, windowMs: 60_000, blockMs: 60_000 },
});

/** A way to decide about accesses: four front ends, and the service that counts over all of them. */
interface Limiter {
  readonly frontEnds: readonly FrontEnd[];
  /** Process of the service. */
  readonly pid: number;
  /** Calls or commands that it was asked to do, since its start. */
  readonly rpcs: () => Promise<number>;
  /** Resolves when it has counted so many accesses more. */
  readonly counted: (accesses: number) => Promise<void>;
}

/** By one limiter in one round. What is slower than the traffic takes longer for it; so costs are of 10,000 accesses. */
interface Measured {
  readonly perSecond: number;
  readonly rpcs: number;
  /** Processor time in milliseconds. */
  readonly serviceMs: number;
  readonly frontEndsMs: number;
}

type Samples = Record<"guard" | "call" | "redis" | "stored", Measured[]>;

/** 10,000 accesses a second at four front ends: what the service is asked, and what it takes of its processor, by four ways to decide. */
export const run = async (report: Report): Promise<void> => {
  const ends: (() => unknown)[] = [];
  try {
    const limiters = {
      guard: await guard(ends),
      call: await calls(ends),
      redis: await redis(ends, "no"),
      stored: await redis(ends, "everysec"),
    };
    const samples: Samples = { guard: [], call: [], redis: [], stored: [] };
    for (let round = 0; round <= rounds; round += 1) {
      for (const by of ["guard", "call", "redis", "stored"] as const) {
        const measured = await measure(limiters[by], round === 0 ? warmUpMs : roundMs);
        if (round > 0) samples[by].push(measured);
      }
    }
    compare(samples, report);
  } finally {
    for (const end of ends.toReversed()) await end();
  }
};

const compare = (samples: Samples, report: Report): void => {
  const rates = samples.guard.map(({ perSecond }) => perSecond);
  report.add({
    ...{ what: "accesses decided, of 10,000/s at four front ends", unit: "/s", ours: rates },
    peer: { name: "required", samples: rates.map(() => required) },
    aim: { atLeast: 0.95 },
  });
  const peers = {
    call: "a call per access",
    redis: "rate-limiter-flexible",
    stored: "the same, Redis stores (everysec)",
  } as const;
  for (const peer of ["call", "redis", "stored"] as const) {
    const add = (what: string, unit: string, of: keyof Measured, aim?: Aim): void =>
      report.add({
        ...{ what, unit, ours: samples.guard.map((each) => each[of]) },
        peer: { name: peers[peer], samples: samples[peer].map((each) => each[of]) },
        ...(aim === undefined ? {} : { aim }),
      });
    add("accesses decided", "/s", "perSecond");
    add("10,000 accesses: RPCs at the service", "", "rpcs", { atMost: 0.01 });
    add("10,000 accesses: processor of the service", "ms", "serviceMs", { atMost: 1 });
    add("10,000 accesses: processor of the front ends", "ms", "frontEndsMs");
  }
};

const measure = async ({ frontEnds, pid, rpcs, counted }: Limiter, ms: number): Promise<Measured> => {
  const [beganRpcs, beganCpu] = [await rpcs(), cpuSeconds(pid)];
  const said = await Promise.all(frontEnds.map((frontEnd) => frontEnd.call({ ms })));
  const sum = (of: (each: TrafficSays) => number): number => said.reduce((total, each) => total + of(each), 0);
  const accesses = sum((each) => each.accesses);
  await counted(accesses);
  const ofRequired = (value: number): number => (value * required) / accesses;
  return {
    perSecond: accesses / Math.max(...said.map(({ seconds }) => seconds)),
    rpcs: ofRequired((await rpcs()) - beganRpcs),
    serviceMs: ofRequired(cpuSeconds(pid) - beganCpu) * 1_000,
    frontEndsMs: ofRequired(sum((each) => each.cpuSeconds)) * 1_000,
  };
};

const frontEnd = async (
  by: TrafficSettings["by"],
  place: string,
  seed: number,
  ends: (() => unknown)[],
): Promise<FrontEnd> => {
  const settings: TrafficSettings = { by, place, rule, seed };
  const child: FrontEnd = await BenchChild.start("traffic-front-end", [JSON.stringify(settings)]);
  ends.push(() => child.end());
  return child;
};

const frontEndsAt = (by: TrafficSettings["by"], place: string, ends: (() => unknown)[]): Promise<FrontEnd[]> =>
  Promise.all(Array.from({ length: frontEndCount }, (_, seed) => frontEnd(by, place, seed, ends)));

/** Each front end on a host of its own, with a proxy. */
const guard = async (ends: (() => unknown)[]): Promise<Limiter> => {
  const nodes = await ServiceNodes.start(1);
  ends.push(() => nodes.end());
  await nodes.guard.putRule(rule);
  const hosts = Array.from({ length: frontEndCount }, (_, at) => new GuardedHost(`host-${at}`));
  for (const host of hosts) {
    ends.push(() => host.end());
    await host.serve({ addresses: nodes.addresses, token: nodes.token }, reportAgeMs);
    await host.follows();
  }
  const reports = async (of: "sentReports" | "spoolParts" | "accesses"): Promise<number> => {
    let total = 0;
    for (const host of hosts) {
      const view = await host.view();
      if (view.state !== "active") throw new Error("a proxy does nothing");
      total += view.reports[of];
    }
    return total;
  };
  const frontEnds: FrontEnd[] = [];
  for (const [seed, { shared }] of hosts.entries()) frontEnds.push(await frontEnd("guard", shared, seed, ends));
  const [node = ""] = nodes.ids;
  let recorded = 0;
  return {
    frontEnds,
    pid: nodes.pid(node),
    rpcs: () => reports("sentReports"),
    counted: async (accesses) => {
      recorded += accesses;
      await until(
        async () => (await reports("accesses")) === recorded && (await reports("spoolParts")) === 0,
        () => "accesses are missing, or reports are left",
        drainMs,
      );
    },
  };
};

const calls = async (ends: (() => unknown)[]): Promise<Limiter> => {
  const node = await BenchChild.start<object, CountingNodeSays>("counting-node", [JSON.stringify(rule)]);
  ends.push(() => node.end());
  const { port } = await node.call({});
  return {
    frontEnds: await frontEndsAt("call", `127.0.0.1:${port}`, ends),
    pid: node.pid,
    rpcs: async () => (await node.call({})).calls,
    counted: () => Promise.resolve(),
  };
};

/** @param appendfsync `no`: it keeps nothing; `everysec`: a crash loses what was counted in the last second */
const redis = async (ends: (() => unknown)[], appendfsync: "no" | "everysec"): Promise<Limiter> => {
  const server = await RedisServer.start({ appendfsync });
  ends.push(() => server.stop());
  return {
    frontEnds: await frontEndsAt("redis", server.url, ends),
    pid: server.pid,
    rpcs: async () => scriptsRun(String(await server.command("INFO", "commandstats"))),
    counted: () => Promise.resolve(),
  };
};

/** Those that clients asked for: what a script does within the server is no command of a client. */
const scriptsRun = (commandstats: string): number =>
  [...commandstats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
