import assert from "node:assert/strict";
import { appendFileSync, chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../../../src/base/random.ts";
import { Guard, type Access } from "../../../../src/client/guard/index.ts";
import { guardSettings, type GuardOptions } from "../../../../src/client/guard/options.ts";
import {
  readRows,
  SegmentReader,
  sharedFolders,
  TableWriter,
  type AccessRow,
  type Interception,
} from "../../../../src/shared-memory/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { tempDir } from "../../../support/temp-dir.ts";

describe("the guard of a front end", () => {
  const folder = tempDir("guard");
  const { table, writers } = sharedFolders(folder.path);
  let clock: ManualClock;
  let guard: Guard;
  let tables: TableWriter[];
  beforeEach(() => {
    rmSync(folder.path, { recursive: true, force: true });
    mkdirSync(folder.path, { mode: 0o700 });
    clock = new ManualClock();
    tables = [];
    guard = opened();
  });
  afterEach(() => {
    guard.close();
    for (const each of tables) each.close();
  });
  after(() => folder.remove());

  const opened = (options: GuardOptions = {}): Guard =>
    new Guard(guardSettings({ folder: folder.path, ...options }), { clock, random: seededRandom(1) });
  /** A table with a rule for addresses, one for accounts, and one for accounts that an address tries. */
  const newTable = (): TableWriter => {
    const writer = new TableWriter(table);
    tables.push(writer);
    writer.append({
      type: "settings",
      slotMs: 10,
      v6PrefixBits: 64,
      neverBlock: [
        { field: "ip", subject: "198.51.100.0/24" },
        { field: "ip", subject: "2001:db8:9::1" },
        { field: "account", subject: "root" },
      ],
    });
    const rules = [
      { number: 1, subject: "ip" },
      { number: 2, subject: "account" },
      { number: 3, subject: "ip", distinct: "account" },
    ];
    writer.append({ type: "rules", rules });
    return writer;
  };
  const entry = (subject: string, more: Partial<Interception> = {}): Interception => ({
    rule: 1,
    field: "ip",
    subject,
    action: "deny",
    shadow: false,
    untilMs: clock.wallMs() + 60_000,
    ...more,
  });
  const put = (writer: TableWriter, ...interceptions: Interception[]): void => {
    writer.append({ type: "put", interceptions });
  };
  const poll = (): void => clock.advance(10);
  const verdict = (access: Partial<Access>): string => guard.check({ rules: [1], ...access });
  const rows = (): AccessRow[] => {
    guard.close();
    return counted();
  };
  const counted = (): AccessRow[] => {
    clock.advance(10);
    const found: AccessRow[] = [];
    new SegmentReader({ folder: writers, clock }, []).read(1e7, (payload) =>
      found.push(...(readRows(payload)?.rows ?? [])),
    );
    return found;
  };

  it("decides by failMode while no table was ever received, and by the table from then on (GUARD-18)", () => {
    assert.equal(verdict({ ip: "192.0.2.1" }), "allow");
    guard.close();
    guard = opened({ failMode: "closed" });
    assert.equal(verdict({ ip: "192.0.2.1" }), "deny");
    const writer = newTable();
    put(writer, entry("192.0.2.2"));
    poll();
    assert.equal(verdict({ ip: "192.0.2.1" }), "deny", "half a table is none");
    writer.publish();
    clock.advance(1_000);
    assert.equal(verdict({ ip: "192.0.2.1" }), "allow");
    assert.equal(verdict({ ip: "192.0.2.2" }), "deny");
    assert.equal(guard.counts.undecided, 2);
  });

  describe("with a table", () => {
    let writer: TableWriter;
    beforeEach(() => {
      writer = newTable();
      writer.publish();
      clock.advance(1_010);
    });

    it("decides by the rules that an access falls under, until their time is over (GUARD-11, GUARD-12)", () => {
      put(writer, entry("192.0.2.1"), entry("alice", { rule: 2, field: "account", action: "challenge" }));
      poll();
      assert.equal(verdict({ ip: "192.0.2.1" }), "deny");
      assert.equal(verdict({ ip: "::ffff:192.0.2.1" }), "deny");
      assert.equal(verdict({ ip: "192.0.2.1", rules: [2] }), "allow");
      assert.equal(verdict({ ip: "192.0.2.3", account: "alice", rules: [2] }), "challenge");
      assert.equal(verdict({ ip: "192.0.2.1", account: "alice", rules: [1, 2] }), "deny");
      clock.advance(59_990);
      assert.equal(verdict({ ip: "192.0.2.1" }), "allow");
      assert.deepEqual([guard.counts.denied, guard.counts.challenged, guard.counts.allowed], [3, 1, 2]);
    });

    it("decides by a rule for which the access does not count, such as one of failed logins", () => {
      put(writer, entry("alice", { rule: 2, field: "account" }));
      poll();
      for (const [account, expected] of [
        ["alice", "deny"],
        ["bob", "allow"],
      ] as const) {
        assert.equal(verdict({ rules: [], decideBy: [2], account }), expected);
        assert.equal(verdict({ rules: [], account }), "allow");
      }
      guard.record({ rules: [2], account: "bob" });
      assert.deepEqual(
        rows().map(({ subject, passed }) => [subject, passed]),
        [["bob", 1]],
      );
    });

    it("takes a client with IPv6 for its network, but never blocks the one that is listed (GUARD-18)", () => {
      put(writer, entry("2001:db8:9::/64"), entry("198.51.100.7"), entry("203.0.113.0/24", { rule: 0 }));
      put(writer, entry("root", { rule: 2, field: "account" }), entry("0.0.0.0/0", { rule: 0 }));
      poll();
      assert.equal(verdict({ ip: "2001:db8:9::ffff" }), "deny");
      assert.equal(verdict({ ip: "2001:0db8:9:0::1" }), "allow");
      assert.equal(verdict({ ip: "198.51.100.7" }), "allow");
      assert.equal(verdict({ ip: "203.0.113.9", rules: [] }), "deny");
      assert.equal(verdict({ ip: "203.0.113.9", account: "root", rules: [2] }), "allow");
    });

    it("only says what a rule in shadow mode would do (GUARD-12)", () => {
      put(writer, entry("192.0.2.1", { shadow: true }));
      poll();
      const decision = guard.decide({ ip: "192.0.2.1", rules: [1] });
      assert.deepEqual([decision.verdict, decision.rule], ["allow", 1]);
      assert.equal(guard.counts.shadowed, 1);
      put(writer, entry("192.0.2.1", { rule: 0, action: "challenge" }));
      poll();
      assert.equal(verdict({ ip: "192.0.2.1" }), "challenge");
    });

    it("takes back what is dropped, and forgets what is over", () => {
      put(writer, entry("192.0.2.1"), entry("192.0.2.1", { rule: 3 }), entry("10.0.0.0/8", { rule: 0 }));
      poll();
      assert.equal(verdict({ ip: "192.0.2.1", rules: [3] }), "deny");
      const key = { field: "ip", subject: "192.0.2.1" };
      writer.append({
        type: "drop",
        keys: [
          { rule: 3, ...key },
          { rule: 0, field: "ip", subject: "10.0.0.0/8" },
        ],
      });
      poll();
      assert.equal(verdict({ ip: "192.0.2.1", rules: [3] }), "allow");
      assert.equal(verdict({ ip: "192.0.2.1" }), "deny");
      assert.equal(verdict({ ip: "10.1.1.1" }), "allow");
    });

    it("goes on with the old table until the next one is whole, and with that one from then on", () => {
      put(writer, entry("192.0.2.1"));
      poll();
      const next = newTable();
      put(next, entry("192.0.2.2"));
      clock.advance(2_000);
      assert.equal(verdict({ ip: "192.0.2.1" }), "deny");
      assert.equal(verdict({ ip: "192.0.2.2" }), "allow");
      next.publish();
      poll();
      poll();
      assert.equal(verdict({ ip: "192.0.2.1" }), "allow");
      assert.equal(verdict({ ip: "192.0.2.2" }), "deny");
      newTable().publish();
      clock.advance(1_010);
      assert.equal(readdirSync(table).filter((file) => file.endsWith(".table")).length, 2, "the one before stays");
      assert.equal(verdict({ ip: "192.0.2.2" }), "allow");
    });

    it("keeps what it has when the table is spoilt", () => {
      put(writer, entry("192.0.2.1"));
      poll();
      appendFileSync(join(table, readdirSync(table).find((file) => file.endsWith(".table")) ?? ""), Buffer.alloc(64));
      poll();
      assert.equal(verdict({ ip: "192.0.2.1" }), "deny");
    });

    it("takes up no table of another user, who may have made the folder anew", () => {
      const next = newTable();
      put(next, entry("192.0.2.1"));
      next.publish();
      const getuid = process.getuid;
      // Only root may give a file away; whoever asks as somebody else sees that it is not its own.
      process.getuid = () => 65_534;
      try {
        clock.advance(1_010);
      } finally {
        if (getuid !== undefined) process.getuid = getuid;
      }
      assert.equal(verdict({ ip: "192.0.2.1" }), "allow");
    });

    it("keeps what it has when an entry cannot be taken up, and takes up the next table", () => {
      put(writer, entry("192.0.2.1"));
      poll();
      put(writer, entry("no network/99", { rule: 0 }), entry("192.0.2.3"));
      poll();
      assert.equal(verdict({ ip: "192.0.2.1" }), "deny");
      const next = newTable();
      put(next, entry("192.0.2.3"));
      next.publish();
      clock.advance(1_010);
      assert.equal(verdict({ ip: "192.0.2.3" }), "deny");
    });

    it("looks a subject up as it was counted, however it is spelt and however long it is", () => {
      const longest = "a".repeat(256);
      const names = ["half a pair \ud83d", `${"a".repeat(63)}\u{1f600}`, longest, `${longest.slice(1)}\u{1f600}`];
      const access = (account: string): Access => ({ rules: [2], account });
      for (const name of names) assert.equal(guard.check(access(name)), "allow");
      for (const { subject } of counted()) put(writer, entry(subject, { rule: 2, field: "account" }));
      put(writer, entry(`b${longest.slice(1)}`, { rule: 0, field: "account" }));
      poll();
      for (const name of names) assert.equal(guard.check(access(name)), "deny", name);
      assert.equal(guard.check(access(`b${longest.slice(1)}`)), "deny", "a block of a person");
      assert.equal(guard.check(access("a".repeat(100))), "allow", "of another one that begins alike");
    });

    it("records each access under its rules, with what is counted (GUARD-2, GUARD-3)", () => {
      put(writer, entry("192.0.2.1"));
      poll();
      const slot = clock.wallMs() - (clock.wallMs() % 10);
      guard.check({ ip: "192.0.2.1", rules: [1] });
      guard.check({ ip: "192.0.2.2", account: "alice", rules: [1, 2, 3] });
      guard.record({ ip: "192.0.2.2", account: "bob", rules: [3] });
      guard.record({ ip: "192.0.2.2", rules: [3] });
      guard.check({ ip: "no address", rules: [1, 99] });
      const common = { atMs: slot, passed: 1, intercepted: 0 };
      assert.deepEqual(
        rows().toSorted((one, other) => one.rule - other.rule || one.intercepted - other.intercepted),
        [
          { rule: 1, subject: "192.0.2.2", value: undefined, ...common },
          { rule: 1, subject: "192.0.2.1", value: undefined, ...common, passed: 0, intercepted: 1 },
          { rule: 2, subject: "alice", value: undefined, ...common },
          { rule: 3, subject: "192.0.2.2", value: "alice", ...common },
          { rule: 3, subject: "192.0.2.2", value: "bob", ...common },
        ],
      );
      assert.deepEqual([guard.counts.recorded, guard.counts.uncounted], [5, 3]);
    });
  });

  it("believes no table that another user can have put there (GUARD-18)", () => {
    guard.close();
    newTable().publish();
    for (const path of [folder.path, table]) {
      chmodSync(path, 0o777);
      assert.throws(() => opened(), { code: "unsafe-folder", message: /chmod 700/ });
      chmodSync(path, 0o700);
    }
    guard = opened();
  });

  it("refuses options outside their bounds, by name", () => {
    assert.throws(() => guardSettings({ foldMs: 0, segmentBytes: 1 }), {
      code: "invalid-option",
      message: /foldMs: .*segmentBytes: /,
    });
  });
});
