import assert from "node:assert/strict";
import { systemClock, type Clock } from "../../../src/base/clock.ts";
import { Database } from "../../../src/store/embedded/database.ts";
import type { CommandRequest, Reply } from "../../../src/store/embedded/protocol.ts";
import { Writer } from "../../../src/store/embedded/writer.ts";
import { defaultRetention } from "../../../src/store/retention.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("Writer", () => {
  const directory = tempDir("writer");
  let database: Database | undefined;
  before(() => {
    database = Database.openToWrite(directory.path, systemClock);
  });
  after(async () => {
    await database?.close();
    directory.remove();
  });

  let calls = 0;
  const add = (id: string, more: Partial<CommandRequest> = {}): CommandRequest => ({
    type: "execute",
    call: calls++,
    deadlineMs: Infinity,
    space: "s",
    name: "add",
    input: { queue: "work", items: [{ id, body: "0", priority: 100, delayMs: 0 }] },
    ...more,
  });
  /** The replies of each transaction. */
  const runInGroups = (
    requests: readonly CommandRequest[],
    clock: Clock = systemClock,
  ): readonly (readonly Reply[])[] => {
    assert.ok(database);
    const groups: (readonly Reply[])[] = [];
    const port = { post: (some: readonly Reply[]) => groups.push(some), receive: () => [] };
    assert.equal(new Writer(database, port, clock, defaultRetention).handle(requests), false);
    return groups;
  };
  const run = (requests: readonly CommandRequest[]): readonly Reply[] => runInGroups(requests).flat();

  it("answers a group in its order, each command for itself", () => {
    const first = add("a");
    const again = add("a");
    const replies = run([first, again]);
    assert.deepEqual(
      replies.map((reply) => (reply.type === "done" ? [reply.call, reply.output] : reply)),
      [
        [first.call, []],
        [again.call, ["a"]],
      ],
    );
  });

  it("fails a command with a defect alone", () => {
    const broken = add("broken", { input: { queue: "work", items: [null as never] } });
    const replies = run([add("b"), broken, add("c")]);
    assert.deepEqual(
      replies.map(({ type }) => type),
      ["done", "refused", "done"],
    );
    assert.ok(replies[1]?.type === "refused" && replies[1].error.code === "internal");
    const [b, c] = run([add("b"), add("c")]);
    assert.ok(b?.type === "done" && c?.type === "done");
    assert.deepEqual([b.output, c.output], [["b"], ["c"]], "both were kept");
  });

  it("does not begin a command whose deadline has passed", () => {
    const late = add("late", { deadlineMs: systemClock.monotonicMs() - 1 });
    assert.deepEqual(run([late]), [{ type: "skipped", call: late.call }]);
    const [reply] = run([add("late")]);
    assert.ok(reply?.type === "done");
    assert.deepEqual(reply.output, []);
  });

  it("ends a transaction early when its commands take long, so that other processes get the lock", () => {
    let nowMs = 0;
    const slow: Clock = { ...systemClock, monotonicMs: () => (nowMs += 4) };
    const groups = runInGroups(
      Array.from({ length: 40 }, (_, at) => add(`slow-${at}`)),
      slow,
    );
    assert.ok(groups.length >= 5, `${groups.length} transactions`);
    assert.equal(groups.flat().filter(({ type }) => type === "done").length, 40);
  });

  it("works off more commands than one group holds", () => {
    const replies = run(Array.from({ length: 300 }, (_, at) => add(`many-${at}`)));
    assert.equal(replies.filter(({ type }) => type === "done").length, 300);
  });
});
