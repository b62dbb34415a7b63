import assert from "node:assert/strict";
import { seededRandom } from "../../../src/base/random.ts";
import { AuditLog } from "../../../src/control/calls/audit-log.ts";
import { AuditRetention } from "../../../src/control/calls/audit-retention.ts";
import type { Space } from "../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../src/store/memory/index.ts";
import { CapturedLog } from "../../support/captured-log.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { until } from "../../support/until.ts";

const entry = (subject: string) => ({
  ...{ call: "/a/B", caller: "alice", role: "operator", by: "token", through: "", peer: "127.0.0.1:1" },
  ...{ subject, outcome: "ok" },
});

describe("the retention of the audit log", () => {
  let clock: ManualClock;
  let space: Space;
  let audit: AuditLog;
  let trimming: AuditRetention;
  beforeEach(() => {
    clock = new ManualClock();
    space = openMemoryStore(createMemoryDatabase({ clock })).space("cluster");
    audit = new AuditLog({ space, clock, random: seededRandom(1), node: () => "node-1", retainMs: 3_600_000 });
  });
  afterEach(() => trimming.close());

  const trim = (mostBytes: number): void => {
    const log = new CapturedLog().logger;
    trimming = new AuditRetention({ space, clock, log, owner: () => "node-1", mostBytes });
  };
  const subjects = async (): Promise<readonly string[]> =>
    (await audit.list({ limit: 1_000 })).rows.map(({ subject }) => subject);
  const reaches = async (wanted: (count: number) => boolean): Promise<void> => {
    let count = 0;
    await until(
      async () => {
        clock.advance(60_000);
        count = (await subjects()).length;
        return wanted(count);
      },
      () => count,
    );
  };

  it("keeps the latest records within its bytes, and goes on doing so", async () => {
    trim(10_000);
    for (let index = 0; index < 100; index += 1) await audit.record(entry(`subject-${index}`));
    assert.equal((await subjects()).length, 100);
    await reaches((count) => count < 100);
    const left = await subjects();
    assert.ok(left.length > 20 && left.length < 60, `${left.length} records`);
    assert.deepEqual(
      left,
      Array.from({ length: left.length }, (_, index) => `subject-${99 - index}`),
    );
    await Promise.all(Array.from({ length: 50 }, (_, index) => audit.record(entry(`later-${index}`))));
    await reaches((count) => count <= left.length);
    assert.ok((await subjects()).every((subject) => subject.startsWith("later-")));
  });

  it("leaves to their age those that are within it", async () => {
    trim(1_000_000);
    await audit.record(entry("a"));
    await reaches((count) => count === 0);
    assert.ok(clock.monotonicMs() >= 3_600_000, "it was forgotten before its time");
  });
});
