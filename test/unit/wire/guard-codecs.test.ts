import assert from "node:assert/strict";
import { guardService, guardShardCodecs, WireError, type FeedMessage } from "../../../src/wire/index.ts";
import { parseInterceptRule } from "../../../src/engines/intercept/index.ts";

const row = { rule: 7, subject: "größe", value: undefined, atMs: 1_700_000_000_010, passed: 3, intercepted: 0 };
const part = { shard: 7, sequence: 1, rows: [row] };
const report = { proxy: "front-1", incarnation: "i", parts: [part], dropped: 0 };
const rule = parseInterceptRule({
  ...{ number: 65_535, name: "logins", subject: "ip", distinct: "account", threshold: 10, windowMs: 1_000 },
  ...{ blockMs: 5_000, escalateMs: [6_000, 86_400_000], forgetMs: 7_000, shadow: true, allow: ["10.0.0.0/8"] },
});
const interception = {
  ...{ rule: 0, field: "ip", subject: "2001:db8::/64", action: "challenge" as const, shadow: false },
  untilMs: 1_700_000_000_000,
} as const;
const listed = {
  ...interception,
  ...{ state: "pending" as const, blockId: "b-1", sinceMs: 5, offence: 0, reason: "burst", by: "opal" },
} as const;

/** A field that is not there is as good as one that is undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const invalid = (decode: () => unknown, place: RegExp): void => {
  assert.throws(decode, (error) => error instanceof WireError && error.code === "invalid" && place.test(error.message));
};

describe("messages of the guard", () => {
  it("come back as they were sent", () => {
    const { report: reporting, subscribe, putRule, block, listIndications } = guardService;
    const second = { ...row, value: "", passed: 0, intercepted: 2 ** 32 - 1 };
    const full = { ...report, parts: [{ ...part, rows: [row, second] }] };
    assert.deepEqual(plain(reporting.request.decode(reporting.request.encode(full))), plain(full));
    const outcomes = [
      { shard: 0, sequence: 1, problem: undefined },
      { shard: 7, sequence: 2, problem: "the store is full" },
    ];
    assert.deepEqual(reporting.response.decode(reporting.response.encode({ outcomes })), { outcomes });
    const messages: readonly FeedMessage[] = [
      { type: "settings", shards: 8, slotMs: 10, v6PrefixBits: 64, neverBlock: [{ field: "ip", subject: "10.0.0.1" }] },
      { type: "rules", rules: [rule, { ...rule, distinct: undefined, allow: [], escalateMs: [] }] },
      {
        ...{ type: "changes", shard: 3, afterSequence: 0, sequence: Number.MAX_SAFE_INTEGER, anew: true },
        put: [interception],
        dropped: [{ rule: 3, field: "account", subject: "ada" }],
        ...{ complete: true, entries: 1, checksum: 2 ** 48 - 1 },
      },
    ];
    for (const message of messages) {
      assert.deepEqual(subscribe.response.decode(subscribe.response.encode(message)), message);
    }
    assert.deepEqual(putRule.request.decode(putRule.request.encode({ rule })), { rule });
    const order = {
      ...{
        blockId: "b-1",
        subject: { field: "account", subject: "ada" },
        action: "deny" as const,
        blockMs: 1,
        reason: "",
      },
    } as const;
    assert.deepEqual(block.request.decode(block.request.encode(order)), order);
    const page = {
      indications: [listed, { ...listed, blockId: undefined, state: "active" as const }],
      nextPageToken: "",
    };
    assert.deepEqual(listIndications.response.decode(listIndications.response.encode(page)), page);
    const query = { pageSize: 0, pageToken: "", state: "pending", rule: 0 } as const;
    assert.deepEqual(listIndications.request.decode(listIndications.request.encode(query)), query);
  });

  it("are read with fields that are not known, and in any order, and not when a byte is missing", () => {
    const { request } = guardService.report;
    const second = { ...row, value: "ada", passed: 2 ** 32 - 1, intercepted: 1 };
    const full = { ...report, parts: [part, { ...part, sequence: 2 ** 53 - 1, rows: [row, second] }], dropped: 5 };
    const bytes = request.encode(full);
    // Field 99 with a text, and the name of another proxy: of a field that stands there twice the last one counts.
    const later = Buffer.from([0x9a, 0x06, 1, 0x78, 0x0a, 1, 0x62]);
    assert.deepEqual(request.decode(Buffer.concat([later, bytes])), full);
    assert.deepEqual(request.decode(Buffer.concat([bytes, later])), { ...full, proxy: "b" });
    const boundaries = new Set<number>();
    for (let length = 0; length < bytes.length; length += 1) {
      try {
        request.decode(bytes.subarray(0, length));
        boundaries.add(length);
      } catch (error) {
        assert.ok(error instanceof WireError, String(error));
      }
    }
    // Behind the first part, behind the second: `dropped` may be missing.
    assert.equal(boundaries.size, 2);
  });

  it("take a rule without a time to forget as one of 24 h", () => {
    const { putRule } = guardService;
    const bytes = putRule.request.encode({ rule: { ...rule, forgetMs: undefined as never } });
    assert.equal(putRule.request.decode(bytes).rule.forgetMs, 86_400_000);
  });

  it("are refused beyond their bounds, with the place", () => {
    const { report: reporting, subscribe, block } = guardService;
    const decoded =
      (changed: object): (() => unknown) =>
      () =>
        reporting.request.decode(reporting.request.encode({ ...report, ...changed }));
    invalid(decoded({ proxy: "Front_1" }), /proxy: /);
    invalid(decoded({ proxy: "a@b" }), /proxy: /);
    invalid(decoded({ incarnation: "" }), /incarnation: /);
    invalid(decoded({ parts: [] }), /parts: /);
    invalid(decoded({ parts: Array.from({ length: 65 }, () => part) }), /parts: /);
    invalid(decoded({ parts: [{ ...part, sequence: 0 }] }), /parts\.0\.sequence: /);
    invalid(decoded({ parts: [{ ...part, shard: 256 }] }), /parts\.0\.shard: /);
    invalid(decoded({ parts: [{ ...part, rows: [] }] }), /parts\.0\.rows: /);
    invalid(decoded({ parts: [{ ...part, rows: Array.from({ length: 2_001 }, () => row) }] }), /parts\.0\.rows: /);
    invalid(decoded({ parts: [{ ...part, rows: [{ ...row, rule: 65_536 }] }] }), /parts\.0\.rows\.0\.rule: /);
    invalid(
      decoded({ parts: [{ ...part, rows: [{ ...row, subject: "ß".repeat(129) }] }] }),
      /rows\.0\.subject: .*bytes/,
    );
    invalid(decoded({ parts: [{ ...part, rows: [{ ...row, value: "x".repeat(257) }] }] }), /rows\.0\.value: /);
    invalid(
      decoded({ parts: [part, { ...part, rows: [row, { ...row, rule: 65_536 }] }] }),
      /parts\.1\.rows\.1\.rule: /,
    );
    const positions = Array.from({ length: 257 }, () => ({ shard: 0, sequence: 0 }));
    invalid(
      () => subscribe.request.decode(subscribe.request.encode({ proxy: "a", rules: [], positions })),
      /positions: /,
    );
    invalid(
      () => subscribe.request.decode(subscribe.request.encode({ proxy: "a", rules: [0], positions: [] })),
      /rules\.0: /,
    );
    invalid(() => subscribe.response.decode(Buffer.alloc(0)), /neither/);
    const order = { blockId: "b", subject: { field: "ip", subject: "10.0.0.1" }, action: "deny", reason: "" } as const;
    for (const [changed, place] of [
      [{ blockMs: 0 }, /blockMs: /],
      [{ blockMs: 30 * 86_400_000 + 1 }, /blockMs: /],
      [{ subject: { field: "IP", subject: "10.0.0.1" } }, /subject\.field: /],
      [{ subject: { field: "ip", subject: "" } }, /subject\.subject: /],
      [{ blockId: "" }, /blockId: /],
      [{ reason: "x".repeat(201) }, /reason: /],
    ] as const) {
      invalid(() => block.request.decode(block.request.encode({ ...order, blockMs: 1, ...changed })), place);
    }
  });
});

describe("messages between a node and the owner of a shard of the guard", () => {
  const back = <Value>(
    codec: { encode: (value: Value) => Buffer; decode: (bytes: Uint8Array) => Value },
    value: Value,
  ): void => {
    assert.deepEqual(plain(codec.decode(codec.encode(value))), plain(value));
  };
  const codecs = guardShardCodecs;

  it("come back as they were sent, each outcome told from the others", () => {
    back(codecs.report, { from: { proxy: "front-1@opal", incarnation: "i" }, parts: [part] });
    back(codecs.reported, { type: "reported", outcomes: [{ shard: 7, sequence: 1, problem: undefined }] });
    const order = {
      ...{
        blockId: "b",
        field: "ip",
        subject: "10.0.0.1",
        action: "deny" as const,
        blockMs: 1,
        reason: "r",
        by: "opal",
      },
    } as const;
    back(codecs.block, { order: { ...order, cause: undefined } });
    back(codecs.block, { order: { ...order, cause: { chain: ["one", "two"] } } });
    const refused = { type: "refused", code: "never-block", message: "no" } as const;
    for (const reply of [{ type: "blocked", untilMs: 0 }, { type: "pending", why: "a cap" }, refused] as const) {
      back(codecs.blocked, reply);
      back(codecs.settled, reply);
    }
    back(codecs.settled, { type: "dropped" });
    invalid(() => codecs.blocked.decode(codecs.settled.encode({ type: "dropped" })), /dropped/);
    back(codecs.unblock, { field: "ip", subject: "10.0.0.1", by: "opal", cause: { chain: ["one"] } });
    back(codecs.unblocked, { type: "unblocked", ended: 0 });
    back(codecs.unblocked, refused);
    back(codecs.settle, { blockId: "b", approve: true, by: "opal" });
    back(codecs.follow, { follower: "node-1.first", afterSequence: 9, waitMs: 1_500 });
    back(codecs.list, { state: undefined, rule: undefined, after: undefined, limit: 100 });
    back(codecs.list, { state: "active", rule: 0, after: "x", limit: 1 });
    back(codecs.listed, { type: "listed", indications: [listed], next: undefined });
    back(codecs.stats, {
      ...{ type: "stats", shard: 1, subjects: 2, active: 3, pending: 4, passed: 5, intercepted: 6, late: 7 },
      ...{ uncounted: 8, repeatedParts: 9, crossings: 10, sequence: 11 },
    });
  });

  it("fit between nodes however long the subjects are", () => {
    const long = (at: number): string => `${at}`.padEnd(256, "x");
    const put = Array.from({ length: 500 }, (_, at) => ({ ...interception, field: "f".repeat(32), subject: long(at) }));
    const changes = {
      type: "changes",
      afterSequence: 1,
      sequence: 2,
      anew: false,
      put,
      dropped: [],
      more: false,
    } as const;
    const bytes = codecs.changes.encode(changes);
    assert.ok(bytes.length < 200 * 1024, `${bytes.length} bytes`);
    assert.deepEqual(codecs.changes.decode(bytes), changes);
    const texts = { reason: "ß".repeat(500), by: "b".repeat(200), blockId: "i".repeat(120), subject: long(1) };
    const indications = Array.from({ length: 100 }, () => ({ ...listed, ...texts }));
    const listedBytes = codecs.listed.encode({ type: "listed", indications, next: "n".repeat(500) });
    assert.ok(listedBytes.length < 200 * 1024, `${listedBytes.length} bytes`);
  });
});
