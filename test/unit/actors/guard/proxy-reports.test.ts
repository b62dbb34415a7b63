import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GuardReport } from "../../../../src/actors/guard/guard-port.ts";
import { shardOf } from "../../../../src/cluster/index.ts";
import { sharedFolders } from "../../../../src/shared-memory/index.ts";
import { ownMark } from "../../../../src/shared-memory/queue/process-mark.ts";
import { segmentFile, writerFolder } from "../../../../src/shared-memory/queue/segments.ts";
import { ProxyHost, testShards } from "../../../support/guard/proxy-host.ts";
import { storedOutcomes, wholeShard } from "../../../support/guard/scripted-port.ts";

/** How often each subject was let through, by the parts that are stored, each counted once. */
const countOf = (reports: readonly GuardReport[]): Map<string, number> => {
  const parts = new Map<string, GuardReport["parts"][number]>();
  for (const { incarnation, parts: sent } of reports) {
    for (const part of sent) parts.set(`${incarnation}/${part.shard}/${part.sequence}`, part);
  }
  const counted = new Map<string, number>();
  for (const { rows } of parts.values()) {
    for (const { subject, passed } of rows) counted.set(subject, (counted.get(subject) ?? 0) + passed);
  }
  return counted;
};
const addressOf = (number: number): string => `192.0.2.${number}`;

describe("reports of the proxy of a host", () => {
  let host: ProxyHost;
  afterEach(() => host.end());

  /** A host whose front ends have a table. */
  const begun = async (more: ConstructorParameters<typeof ProxyHost>[0] = {}): Promise<ProxyHost> => {
    host = new ProxyHost(more);
    await host.kernel.settle();
    host.begin();
    for (let shard = 0; shard < testShards; shard += 1) host.port.feed.push(wholeShard(shard, 0));
    await host.kernel.settle();
    return host;
  };
  const check = (count: number, guard = host.guards[0] ?? host.guard()): void => {
    for (let each = 0; each < count; each += 1) guard.check({ rules: [1], ip: addressOf(each % 50) });
  };
  const sum = (reports: readonly GuardReport[]): number => [...countOf(reports).values()].reduce((a, b) => a + b, 0);

  it("hold the accesses of all front ends, in parts by shard, and come when they are old enough (GUARD-4, GUARD-5)", async () => {
    await begun();
    const [one, other] = [host.guard(), host.guard()];
    check(50, one);
    check(25, other);
    await host.kernel.advance(70);
    assert.equal(host.port.reports.length, 0, "not yet");
    await host.kernel.advance(40);
    assert.equal(host.port.reports.length, 1);
    const { proxy, parts } = host.port.reports[0] ?? assert.fail();
    assert.equal(proxy, "host-1");
    for (const { shard, rows, sequence } of parts) {
      assert.equal(sequence, 1);
      for (const { subject } of rows) assert.equal(shardOf(subject, testShards), shard);
    }
    assert.equal(sum(host.port.reports), 75);
    assert.equal(countOf(host.port.reports).get(addressOf(0)), 2);
    const { reports } = await host.view();
    assert.deepEqual([reports.accesses, reports.spoolParts, reports.sentReports], [75, 0, 1]);
  });

  it("are not needed for what processes leave that recorded nothing, or were killed in their first write", async () => {
    await begun();
    const { writers } = sharedFolders(host.settings.folder);
    for (let each = 0; each < 100; each += 1) {
      const left = join(writers, writerFolder({ mark: { ...ownMark(), started: "1" }, tail: `${each}` }));
      mkdirSync(left, { mode: 0o700 });
      if (each % 2 === 0) writeFileSync(join(left, segmentFile(1)), "half");
    }
    const guard = host.guard();
    await host.kernel.advance(15_000);
    assert.equal(readdirSync(writers).length, 1);
    check(50, guard);
    await host.kernel.advance(300);
    assert.equal(sum(host.port.reports), 50);
    assert.equal((await host.view()).reports.torn, 50);
  });

  it("come sooner when there are many accesses, or much memory is taken (GUARD-4)", async () => {
    await begun({ report: { records: 60, bytes: 65_536, ageMs: 10_000 } });
    check(50);
    await host.kernel.advance(500);
    assert.equal(host.port.reports.length, 0);
    check(50);
    await host.kernel.advance(100);
    assert.equal(sum(host.port.reports), 100);
    await host.end();
    await begun({ report: { records: 100_000, bytes: 1_024, ageMs: 10_000 } });
    check(50);
    await host.kernel.advance(100);
    assert.equal(sum(host.port.reports), 50);
  });

  it("are sent again, the same, until they are stored; what was lost is only the answer (GUARD-14)", async () => {
    await begun();
    host.port.answer = () => Promise.reject(new Error("not there"));
    check(50);
    await host.kernel.advance(1_000);
    const tries = host.port.reports.length;
    assert.ok(tries > 2 && tries < 12, `${tries} tries`);
    check(30);
    await host.kernel.advance(1_000);
    assert.equal((await host.view()).reports.problem, "not there");
    host.port.answer = (report) => Promise.resolve(storedOutcomes(report));
    await host.kernel.advance(3_000);
    assert.equal(sum(host.port.reports), 80);
    const { reports } = await host.view();
    assert.deepEqual([reports.spoolParts, reports.problem], [0, undefined]);
  });

  it("are given up when no answer comes, and sent again", async () => {
    await begun();
    host.port.answer = () => new Promise(() => undefined);
    check(10);
    await host.kernel.advance(5_000);
    assert.equal(host.port.reports.length, 1, "one at a time");
    await host.kernel.advance(6_000);
    assert.equal(host.port.signals[0]?.aborted, true);
    assert.ok(host.port.reports.length >= 2);
    assert.deepEqual(host.port.reports[1], host.port.reports[0]);
  });

  it("of a shard that does not take them wait in their order, and keep nobody waiting", async () => {
    await begun();
    const ill = shardOf(addressOf(0), testShards);
    const stored = new Map<number, number>();
    let isIll = true;
    host.port.answer = ({ parts }) =>
      Promise.resolve(
        parts.map(({ shard, sequence }) => {
          if (shard === ill && isIll) return { shard, sequence, problem: "it has no owner" };
          assert.ok(sequence <= (stored.get(shard) ?? 0) + 1, "one came before its turn");
          stored.set(shard, Math.max(sequence, stored.get(shard) ?? 0));
          return { shard, sequence, problem: undefined };
        }),
      );
    for (let round = 0; round < 20; round += 1) {
      check(50);
      await host.kernel.advance(120);
    }
    const others = [...stored.values()];
    assert.ok(
      others.length === testShards - 1 && others.every((sequence) => sequence > 10),
      JSON.stringify([...stored]),
    );
    const { reports } = await host.view();
    assert.equal(reports.ailingShards, 1);
    assert.match(reports.problem ?? "", /no owner/);
    isIll = false;
    await host.kernel.advance(3_000);
    assert.equal((await host.view()).reports.spoolParts, 0);
    assert.equal(sum(host.port.reports), 1_000);
  });

  it("stay in a spool that has a bound; then front ends drop and count, and nothing is counted twice after it (GUARD-13)", async () => {
    await begun({ spoolBytes: 100_000, report: { records: 50, bytes: 4_096, ageMs: 50 } });
    const guard = host.guard({ segmentBytes: 65_536, maxSegments: 2 });
    host.port.answer = () => Promise.reject(new Error("not there"));
    for (let round = 0; round < 4; round += 1) {
      for (let each = 0; each < 4_000; each += 1)
        guard.check({ rules: [1], ip: `10.${each >> 8}.${each & 255}.${round}` });
      await host.kernel.advance(200);
    }
    const { reports } = await host.view();
    assert.equal(reports.isFull, true);
    assert.ok(reports.spoolBytes <= 100_000, `${reports.spoolBytes}`);
    host.port.answer = (report) => Promise.resolve(storedOutcomes(report));
    await host.kernel.advance(3_000);
    guard.check({ rules: [1], ip: "192.0.2.1" });
    await host.kernel.advance(200);
    const { recorded, dropped } = guard.counts;
    assert.ok(dropped > 1_000 && dropped < recorded - 1_000, `${dropped} of ${recorded}`);
    assert.equal(sum(host.port.reports), recorded - dropped);
    const after = await host.view();
    assert.deepEqual([after.reports.isFull, after.reports.spoolParts, after.reports.dropped], [false, 0, dropped]);
  });

  it("go on after a restart where they were, under the same incarnation (GUARD-14, GUARD-16)", async () => {
    await begun();
    host.port.answer = () => Promise.reject(new Error("not there"));
    check(50);
    await host.kernel.advance(300);
    const before = host.port.reports.length;
    await host.again();
    host.port.answer = (report) => Promise.resolve(storedOutcomes(report));
    await host.kernel.advance(300);
    check(50);
    await host.kernel.advance(300);
    const after = host.port.reports.slice(before);
    assert.equal(new Set(host.port.reports.map(({ incarnation }) => incarnation)).size, 1);
    assert.equal(sum(after), 100, "the service is told how many shards there are only later");
    await host.again();
    check(10);
    await host.kernel.advance(300);
    assert.equal(sum(host.port.reports), 110);
  });

  it("are of another incarnation after a restart of the machine, which may have lost what was written last (GUARD-14)", async () => {
    await begun();
    const head = join(host.settings.spoolFolder, "head.json");
    check(10);
    await host.kernel.advance(300);
    const early = readFileSync(head, "utf8");
    check(50);
    await host.kernel.advance(300);
    writeFileSync(head, early.replace(/"boot":"[^"]*"/, '"boot":"an earlier one"'));
    await host.again();
    host.begin();
    check(50);
    await host.kernel.advance(300);
    assert.equal(new Set(host.port.reports.map(({ incarnation }) => incarnation)).size, 2);
  });

  it("that cannot be read back are counted as lost, and what follows is of another incarnation", async () => {
    await begun();
    host.port.answer = () => Promise.reject(new Error("not there"));
    check(50);
    await host.kernel.advance(300);
    const file = readdirSync(host.settings.spoolFolder).find((name) =>
      name.includes(`-${shardOf(addressOf(0), testShards)}-`),
    );
    writeFileSync(join(host.settings.spoolFolder, file ?? assert.fail()), "");
    const sentBefore = host.port.reports.length;
    host.port.answer = (report) => Promise.resolve(storedOutcomes(report));
    await host.kernel.advance(3_000);
    assert.equal((await host.view()).reports.lostParts, 1);
    check(50);
    await host.kernel.advance(3_000);
    const sent = host.port.reports.slice(sentBefore);
    assert.equal(countOf(sent).get(addressOf(0)), 1);
    assert.equal(new Set(sent.map(({ incarnation }) => incarnation)).size, 2);
    assert.equal((await host.view()).reports.spoolParts, 0);
  });

  it("stay where they are while the disk of the spool takes nothing", async () => {
    await begun();
    const guard = host.guard();
    const spool = host.settings.spoolFolder;
    rmSync(spool, { recursive: true });
    check(50, guard);
    await host.kernel.advance(300);
    const { reports } = await host.view();
    assert.match(reports.problem ?? "", /ENOENT/);
    assert.equal(host.port.reports.length, 0);
    mkdirSync(spool, { mode: 0o700 });
    await host.kernel.advance(2_000);
    assert.equal(sum(host.port.reports), 50);
    assert.equal((await host.view()).reports.problem, undefined);
  });

  it("begin once the disk of the spool takes something; the table does not wait for that", async () => {
    host = new ProxyHost();
    const next = join(host.settings.spoolFolder, "head.json.next");
    mkdirSync(next, { recursive: true, mode: 0o700 });
    await host.kernel.settle();
    host.begin();
    for (let shard = 0; shard < testShards; shard += 1) host.port.feed.push(wholeShard(shard, 0));
    await host.kernel.settle();
    const guard = host.guard();
    check(50, guard);
    await host.kernel.advance(3_000);
    const { reports, table } = await host.view();
    assert.match(reports.problem ?? "", /EISDIR/);
    assert.deepEqual([table.subscription, table.subscriptions, table.generations], ["following", 1, 1]);
    rmSync(next, { recursive: true });
    await host.kernel.advance(3_000);
    assert.equal(sum(host.port.reports), 50);
    assert.equal((await host.view()).reports.problem, undefined);
  });
});
