import assert from "node:assert/strict";
import { WatchedTable } from "../../../../src/bin/calls/guard/watched-table.ts";

type Changes = Parameters<WatchedTable["apply"]>[0];
type Entry = Changes["put"][number];

const entry = (subject: string, untilMs = 1_000): Entry => ({
  rule: 1,
  field: "ip",
  subject,
  action: "deny",
  shadow: false,
  untilMs,
});
const changes = (fields: Partial<Changes>): Changes => ({
  type: "changes",
  shard: 0,
  afterSequence: 0,
  sequence: 0,
  anew: false,
  put: [],
  dropped: [],
  complete: true,
  entries: 0,
  checksum: 0,
  ...fields,
});
const told = (events: ReturnType<WatchedTable["apply"]>): readonly string[] | undefined =>
  events?.map(({ event, interception }) => `${event} ${interception.subject} ${interception.untilMs}`);

describe("the table of decisions as it is watched", () => {
  it("tells what begins, changes and ends, once", () => {
    const table = new WatchedTable();
    const first = changes({ sequence: 4, anew: true, put: [entry("a"), entry("b")] });
    assert.deepEqual(told(table.apply(first)), ["put a 1000", "put b 1000"]);
    const next = changes({ afterSequence: 4, sequence: 6, put: [entry("a", 2_000), entry("b")], dropped: [] });
    assert.deepEqual(told(table.apply(next)), ["put a 2000"]);
    const last = changes({ afterSequence: 6, sequence: 7, dropped: [entry("b"), entry("z")] });
    assert.deepEqual(told(table.apply(last)), ["dropped b 1000"]);
    assert.deepEqual(table.positions, [{ shard: 0, sequence: 7 }]);
  });

  it("tells only the difference when a table comes anew, in one message or several", () => {
    const table = new WatchedTable();
    table.apply(changes({ sequence: 2, anew: true, put: [entry("a"), entry("b")] }));
    const begin = changes({ sequence: 9, anew: true, put: [entry("a")], complete: false });
    assert.deepEqual(told(table.apply(begin)), []);
    assert.deepEqual(table.positions, [], "half a table is no position to go on from");
    const end = changes({ afterSequence: 9, sequence: 9, anew: true, put: [entry("c")] });
    assert.deepEqual(told(table.apply(end)), ["dropped b 1000", "put c 1000"]);
  });

  it("says when changes do not fit, and begins anew then", () => {
    const table = new WatchedTable();
    table.apply(changes({ sequence: 2, anew: true, put: [entry("a")] }));
    assert.equal(table.apply(changes({ afterSequence: 3, sequence: 4, put: [entry("b")] })), undefined);
    table.forgetPositions();
    assert.deepEqual(table.positions, []);
    assert.deepEqual(told(table.apply(changes({ sequence: 4, anew: true, put: [entry("a"), entry("b")] }))), [
      "put b 1000",
    ]);
  });
});
