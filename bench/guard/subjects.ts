import { openEmbeddedStore } from "../../src/store/embedded/index.ts";
import { mostPartRows, type ReportPart } from "../../src/actors/guard/guard-port.ts";
import { systemClock } from "../../src/base/clock.ts";
import { shardOf } from "../../src/cluster/index.ts";
import { parseInterceptRule } from "../../src/engines/intercept/index.ts";
import { ShardNode } from "../../test/support/guard/real-shard.ts";
import { startStoreThread } from "../../test/support/store-thread.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import { until } from "../../test/support/until.ts";
import { heapAfterGc } from "../garbage.ts";
import type { Report } from "../report.ts";

const subjects = 1_000_000;
const shards = 8;
const partsOfReport = 5;
const mostHeapMegabytes = 600;
/** Accesses of all front ends together, were none of them folded into one row with others. */
const leastRowsPerSecond = 10_000;
/** Long enough for all subjects to be counted within it. */
const windowMs = 120_000;
const expiryMs = 200_000;
const bytesOfMegabyte = 1_048_576;

/**
 * A million subjects with one access each in all shards of one process, on the embedded store: rows counted and stored a second, memory, what a
 * takeover of a shard takes then, and what is left when the time of all of them is over.
 */
export const name = "guard-subjects";

export const run = async (report: Report): Promise<void> => {
  const folder = tempDir("bench-guard-subjects");
  const store = await openEmbeddedStore({ directory: folder.path, clock: systemClock, startThread: startStoreThread });
  const node = new ShardNode("bench", store);
  try {
    await node.rules.put(
      parseInterceptRule({ number: 1, name: "all", subject: "account", threshold: 100, windowMs, blockMs: 60_000 }),
    );
    for (let shard = 0; shard < shards; shard += 1) await node.take(shard);
    const before = await heapAfterGc();
    const parts = partsByShard();
    const rates: number[] = [];
    for (const of of parts) rates.push(await send(node, of));
    const kept = await subjectsOf(node);
    if (kept !== subjects) throw new Error(`${kept} subjects are kept, and not ${subjects}`);
    parts.length = 0;
    const heap = ((await heapAfterGc()) - before) / bytesOfMegabyte;
    const begunMs = performance.now();
    await node.take(0);
    await node.stats(0);
    console.error(
      `  a takeover of ${Math.round(subjects / shards)} subjects takes ${Math.round(performance.now() - begunMs)} ms`,
    );
    await until(
      async () => (await subjectsOf(node)) === 0,
      () => "subjects are left",
      expiryMs,
    );
    const left = ((await heapAfterGc()) - before) / bytesOfMegabyte;
    console.error(`  heap: ${Math.round(heap)} MB with ${subjects} subjects, ${Math.round(left)} MB when all are over`);
    report.add({
      ...{ what: "rows of new subjects counted and stored, one shard at a time", unit: "/s", ours: rates },
      peer: { name: "least", samples: rates.map(() => leastRowsPerSecond) },
      aim: { atLeast: 1 },
    });
    report.add({
      ...{ what: `heap of ${subjects} subjects`, unit: "MB", ours: [heap] },
      peer: { name: "limit", samples: [mostHeapMegabytes] },
      aim: { atMost: 1 },
    });
    report.add({
      ...{ what: "heap left when all are over", unit: "MB", ours: [Math.max(left, 1)] },
      peer: { name: "with all", samples: [heap] },
      aim: { atMost: 0.2 },
    });
  } finally {
    await node.stop();
    await store.close();
    folder.remove();
  }
};

const partsByShard = (): ReportPart[][] => {
  const parts: ReportPart[][] = Array.from({ length: shards }, () => []);
  const atMs = Date.now();
  const open = Array.from({ length: shards }, () => [] as ReportPart["rows"][number][]);
  for (let at = 0; at < subjects; at += 1) {
    const subject = `account-${at}`;
    const shard = shardOf(subject, shards);
    open[shard]?.push({ rule: 1, subject, value: undefined, atMs, passed: 1, intercepted: 0 });
    if (open[shard]?.length === mostPartRows) close(parts, open, shard);
  }
  for (let shard = 0; shard < shards; shard += 1) close(parts, open, shard);
  return parts;
};

const close = (parts: ReportPart[][], open: ReportPart["rows"][number][][], shard: number): void => {
  const rows = open[shard] ?? [];
  const of = parts[shard] ?? [];
  if (rows.length > 0) of.push({ shard, sequence: of.length + 1, rows });
  open[shard] = [];
};

/** @returns rows a second */
const send = async (node: ShardNode, parts: readonly ReportPart[]): Promise<number> => {
  const begunMs = performance.now();
  for (let at = 0; at < parts.length; at += partsOfReport) {
    const problems = await node.report("host", parts.slice(at, at + partsOfReport));
    const problem = problems.find((one) => one !== undefined);
    if (problem !== undefined) throw new Error(problem);
  }
  const rows = parts.reduce((sum, part) => sum + part.rows.length, 0);
  return (rows * 1_000) / (performance.now() - begunMs);
};

const subjectsOf = async (node: ShardNode): Promise<number> => {
  let sum = 0;
  for (let shard = 0; shard < shards; shard += 1) sum += (await node.stats(shard)).subjects;
  return sum;
};
