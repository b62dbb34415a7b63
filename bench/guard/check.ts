import Table from "cli-table3";
import { mkdtempSync, rmSync } from "node:fs";
import { until } from "../../test/support/until.ts";
import { median, type Report } from "../report.ts";
import { BenchChild } from "./child.ts";
import { indications, writeTable } from "./clients.ts";
import type { FrontEndCall, FrontEndSays } from "./front-end.ts";

export const name = "guard-check";

type FrontEnd = BenchChild<FrontEndCall, FrontEndSays>;
interface Drained {
  readonly accesses: number;
  readonly torn: number;
}

const [processes, rounds, roundMs] = [4, 5, 2_000];
const required = { one: 500_000, four: 800_000, p99Micros: 10 };

/** `check()` with its record, in one process and in four, while a reader drains the queue. */
export const run = async (report: Report): Promise<void> => {
  const folder = mkdtempSync("/dev/shm/garrison-bench-check-");
  const frontEnds: FrontEnd[] = [];
  let reader: BenchChild<object, Drained> | undefined;
  try {
    writeTable(folder);
    reader = await BenchChild.start<object, Drained>("drain", [folder]);
    for (let seed = 0; seed < processes; seed += 1) {
      frontEnds.push(await BenchChild.start<FrontEndCall, FrontEndSays>("front-end", [folder, String(seed)]));
    }
    await measure(frontEnds, report);
    await requireAll(frontEnds, reader);
  } finally {
    for (const child of [...frontEnds, ...(reader === undefined ? [] : [reader])]) await child.end();
    rmSync(folder, { recursive: true, force: true });
  }
};

const measure = async (all: readonly FrontEnd[], report: Report): Promise<void> => {
  const groups = { one: all.slice(0, 1), four: all };
  const perSecond: Record<keyof typeof groups, number[]> = { one: [], four: [] };
  const perCpuSecond: Record<keyof typeof groups, number[]> = { one: [], four: [] };
  const times: Record<keyof typeof groups, NonNullable<FrontEndSays["micros"]>[]> = { one: [], four: [] };
  for (let round = 0; round <= rounds; round += 1) {
    for (const group of ["one", "four"] as const) {
      const together = (call: FrontEndCall): Promise<FrontEndSays[]> =>
        Promise.all(groups[group].map((frontEnd) => frontEnd.call(call)));
      const checked = await together({ do: "check", ms: roundMs });
      const timed = await together({ do: "time", ms: roundMs });
      if (round === 0) continue;
      const sum = (of: (said: FrontEndSays) => number): number => checked.reduce((total, said) => total + of(said), 0);
      perSecond[group].push(sum(({ checks, seconds }) => checks / seconds));
      perCpuSecond[group].push(sum(({ checks }) => checks) / sum(({ cpuSeconds }) => cpuSeconds));
      times[group].push(...timed.flatMap(({ micros }) => micros ?? []));
    }
  }
  const what = `check() with its record, ${indications} indications`;
  const limit = (samples: readonly number[], value: number): { name: string; samples: number[] } => ({
    name: "required",
    samples: samples.map(() => value),
  });
  for (const group of ["one", "four"] as const) {
    const by = `${what}, ${groups[group].length} process${group === "one" ? "" : "es"}`;
    const rates = perSecond[group];
    report.add({ what: by, unit: "/s", ours: rates, peer: limit(rates, required[group]), aim: { atLeast: 1 } });
    report.add({
      what: `${by}: in a second of processor time`,
      unit: "/s",
      ours: perCpuSecond[group],
      peer: { name: "of the wall", samples: rates },
    });
    const p99s = times[group].map(({ p99 }) => p99);
    const peer = limit(p99s, required.p99Micros);
    report.add({ what: `${by}: p99`, unit: "µs", ours: p99s, peer, aim: { atMost: 1 } });
  }
  printTimes(times);
};

const printTimes = (times: Readonly<Record<string, readonly NonNullable<FrontEndSays["micros"]>[]>>): void => {
  const table = new Table({ head: ["processes", "p50 µs", "p99 µs", "p99.9 µs"], style: { head: [], border: [] } });
  for (const [group, samples] of Object.entries(times)) {
    const of = (value: (sample: (typeof samples)[number]) => number): string => median(samples.map(value)).toFixed(2);
    table.push([group, of(({ p50 }) => p50), of(({ p99 }) => p99), of(({ p999 }) => p999)]);
  }
  console.log(table.toString());
};

/** Fails unless every access was read by the proxy's side: what is dropped would be quicker. */
const requireAll = async (frontEnds: readonly FrontEnd[], reader: BenchChild<object, Drained>): Promise<void> => {
  const said = await Promise.all(frontEnds.map((frontEnd) => frontEnd.call({ do: "check", ms: 1 })));
  const dropped = said.reduce((sum, each) => sum + each.dropped, 0);
  const recorded = said.reduce((sum, each) => sum + each.recorded, 0);
  let drained: Drained | undefined;
  await until(
    async () => {
      drained = await reader.call({});
      return drained.accesses === recorded - dropped;
    },
    () => ({ recorded, dropped, drained }),
  );
  console.log(`${recorded} accesses recorded, ${dropped} dropped, ${drained?.accesses} read, ${drained?.torn} torn`);
  if (dropped > 0 || drained?.torn !== 0) throw new Error("accesses were dropped or torn: the rates mean nothing");
};
