import assert from "node:assert/strict";
import { Metadata } from "@grpc/grpc-js";
import { seededRandom } from "../../../src/base/random.ts";
import { AuditLog } from "../../../src/control/calls/audit-log.ts";
import { CallObserver } from "../../../src/control/calls/call-observer.ts";
import { callFailure } from "../../../src/control/calls/call-failure.ts";
import { OpenCall } from "../../../src/control/calls/call.ts";
import { RefusedCalls } from "../../../src/control/calls/refused-calls.ts";
import type { CallOrigin, TurnedAway } from "../../../src/control/access/judge-call.ts";
import { scanService } from "../../../src/wire/index.ts";
import { ControlError } from "../../../src/control/index.ts";
import { StoreError, type Space } from "../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../src/store/memory/index.ts";
import { CapturedLog } from "../../support/captured-log.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const entry = (subject: string) => ({
  ...{ call: "/a/B", caller: "alice", role: "operator", by: "token", through: "", peer: "127.0.0.1:1" },
  ...{ subject, outcome: "ok" },
});

const alice: CallOrigin = { caller: { name: "alice", role: "operator", by: "token" }, through: "" };
const cancel = scanService.cancelScan.path;
const away: TurnedAway = { allowed: false, reason: "role", code: "permission-denied", message: "no" };

describe("the audit log", () => {
  let clock: ManualClock;
  let space: Space;
  let audit: AuditLog;
  let broken: boolean;
  beforeEach(() => {
    clock = new ManualClock();
    broken = false;
    const carry = async <Output>(run: () => Output | Promise<Output>): Promise<Output> => {
      if (broken) throw new StoreError("deadline", "no answer", { retryable: true });
      return run();
    };
    space = openMemoryStore(createMemoryDatabase({ clock }), carry).space("cluster");
    audit = new AuditLog({ space, clock, random: seededRandom(1), node: () => "node-1" });
  });

  it("lists the latest first, also those of one millisecond, over pages", async () => {
    for (let index = 0; index < 30; index += 1) {
      if (index % 7 === 0) clock.advance(1);
      await audit.record(entry(`subject-${index}`));
    }
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await audit.list({ limit: 4, ...(after === undefined ? {} : { after }) });
      seen.push(...page.rows.map(({ subject }) => subject));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(
      seen,
      Array.from({ length: 30 }, (_, index) => `subject-${29 - index}`),
    );
  });

  it("writes what comes at once in few commits, and forgets it after 90 days", async () => {
    const before = await space.revision();
    await Promise.all(Array.from({ length: 600 }, (_, index) => audit.record(entry(`subject-${index}`))));
    const commits = (await space.revision()) - before;
    assert.ok(commits <= 4, `${commits} commits`);
    assert.equal((await audit.list({ limit: 1_000 })).rows.length, 600);
    clock.advance(90 * 86_400_000 + 1);
    assert.equal((await audit.list({ limit: 1_000 })).rows.length, 0);
  });

  it("says when it cannot write, and writes again when it can", async () => {
    broken = true;
    const failed = (error: unknown): boolean => error instanceof ControlError && error.code === "audit-failed";
    await assert.rejects(audit.record(entry("lost")), failed);
    const waiting = Array.from({ length: 2_100 }, () => audit.record(entry("lost")));
    const outcomes = await Promise.allSettled(waiting);
    assert.ok(outcomes.every((outcome) => outcome.status === "rejected" && failed(outcome.reason)));
    broken = false;
    await audit.record(entry("kept"));
    assert.deepEqual(
      (await audit.list({})).rows.map(({ subject }) => subject),
      ["kept"],
    );
  });

  it("of refused calls is bounded: who has no token cannot fill the store", async () => {
    const log = new CapturedLog();
    const refused = new RefusedCalls({ audit, clock, log: log.logger });
    const flood = (): Promise<unknown> =>
      Promise.all(Array.from({ length: 500 }, () => refused.record(cancel, "peer", away)));
    const written = async (): Promise<number> => (await audit.list({ limit: 1_000 })).rows.length;
    await flood();
    assert.equal(await written(), 120);
    // A flood of strangers does not hide what somebody does who is known.
    await refused.record(cancel, "peer", { ...away, origin: alice });
    assert.equal(await written(), 121);
    assert.equal((await audit.list({ limit: 1 })).rows[0]?.caller, "alice");
    clock.advance(60_000);
    await flood();
    assert.equal(await written(), 241);
    assert.equal(log.lines.length, 241);
    broken = true;
    clock.advance(60_000);
    await refused.record(cancel, "peer", away);
    assert.equal(log.lines.length, 243);
  });

  it("of refused calls has only what would have changed something; the log has all", async () => {
    const log = new CapturedLog();
    const refused = new RefusedCalls({ audit, clock, log: log.logger });
    await refused.record(scanService.listScans.path, "peer", { ...away, origin: alice });
    assert.deepEqual((await audit.list({})).rows, []);
    assert.deepEqual(
      log.lines.map(({ caller, reason }) => ({ caller, reason })),
      [{ caller: "alice", reason: "role" }],
    );
  });

  it("what it cannot take is in the log of the node, be it done or not", async () => {
    const log = new CapturedLog();
    const observer = new CallObserver({ audit, log: log.logger, clock, statistics: () => undefined });
    const surface = {
      metadata: new Metadata(),
      getPeer: () => "peer",
      getDeadline: () => Infinity,
      on: () => undefined,
    };
    const call = new OpenCall(surface, alice, clock, 1_000);
    call.concerns("scan-1");
    broken = true;
    const refused = callFailure(new ControlError("scan-unknown", "there is none"));
    const method = { path: "/a/B", changes: true };
    assert.equal(await observer.ended(method, call, 0, refused), refused);
    assert.equal((await observer.ended(method, call, 0, undefined))?.reason, "audit-failed");
    call.close();
    assert.deepEqual(
      log.lines.map(({ subject, outcome }) => ({ subject, outcome })),
      [
        { subject: "scan-1", outcome: "NOT_FOUND" },
        { subject: "scan-1", outcome: "ok" },
      ],
    );
  });
});
