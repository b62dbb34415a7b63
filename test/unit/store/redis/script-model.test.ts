import assert from "node:assert/strict";
import { StoreError } from "../../../../src/store/index.ts";
import { createScriptModel } from "../../../../src/store/redis/script-model.ts";
import type { Lane, ScriptReply } from "../../../../src/store/redis/script-runner.ts";
import { rejects } from "../../../support/rejects.ts";

interface Ran {
  readonly lane: Lane;
  readonly name: string;
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

describe("the model as functions", () => {
  const ran: Ran[] = [];
  const told: (readonly [string, number])[] = [];

  /** A model whose server gives one reply to everything. */
  const answering = (reply: ScriptReply): ReturnType<typeof createScriptModel> =>
    createScriptModel(
      {
        run: (lane, { name }, keys, args) => {
          ran.push({ lane, name, keys, args });
          return Promise.resolve(reply);
        },
      },
      {
        namespace: "ns",
        retention: { retainMs: 10, retainDeadMs: 20 },
        database: 3,
        revised: (space, revision) => told.push([space, revision]),
      },
    );

  beforeEach(() => {
    ran.length = 0;
    told.length = 0;
  });

  it("gives a function the key of the space, no time, the retention and the database", async () => {
    await answering([0]).execute("s", "cancel", { queue: "q", ids: ["a"] });
    assert.deepEqual(ran[0]?.keys, ["{ns:s}"]);
    assert.deepEqual(ran[0].args, ["", "10", "20", "3", "q", "a"]);
  });

  it("sends leases by their own lane, and lets the server run what ends work when its memory is full", async () => {
    const model = answering([0, 1]);
    const claim = { queue: "q", id: "a", token: 1 };
    await model.execute("s", "renew", { lease: { name: "x", token: 1 }, ttlMs: 5 });
    await answering([0]).execute("s", "commit", {
      guard: undefined,
      changes: [{ type: "finish", claim, outcome: "done", result: undefined }],
    });
    await answering([0]).execute("s", "commit", {
      guard: undefined,
      changes: [{ type: "checkpoint", claim, data: "1" }],
    });
    await answering(1).ask("s", "revision", undefined);
    assert.deepEqual(
      ran.map(({ lane, name }) => [lane, name.replace(/^garrison_[0-9a-f]{16}_/, "")]),
      [
        ["lease", "renew_allow_oom"],
        ["queue", "commit_allow_oom"],
        ["queue", "commit"],
        ["queue", "revision_no_writes"],
      ],
    );
  });

  it("tells of a revision that a command took, and of none otherwise", async () => {
    await answering([0]).execute("s", "add", { queue: "q", items: [] });
    assert.deepEqual(told, []);
    await answering([7]).execute("s", "add", { queue: "q", items: [] });
    assert.deepEqual(told, [["s", 7]]);
  });

  it("turns a refusal into an error with its code and what it is about", async () => {
    const call = answering(["!", "stale-guard", "no longer held", "queue", "q", "token", 3]).execute("s", "add", {
      queue: "q",
      items: [],
    });
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof StoreError);
      assert.deepEqual([error.code, error.message], ["stale-guard", "no longer held"]);
      assert.deepEqual(error.ids, { queue: "q", token: 3 });
      return true;
    });
    assert.deepEqual(told, []);
  });

  for (const [what, reply] of [
    ["too few parts", [1, 0]],
    ["a word for a number", [1, "yes", "", 0]],
    ["a fraction", [1, 0.5, "", 0]],
    ["a list in a list", [1, 0, [], 0]],
    ["nothing", null],
    ["a refusal with a code that no script has", ["!", "gone", "?"]],
  ] as const satisfies readonly (readonly [string, ScriptReply])[]) {
    it(`calls ${what} a defect of the store`, async () => {
      const wish = { queue: "q", owner: "o", slots: 1, leaseMs: 1, holding: 0 };
      await rejects(answering(reply).execute("s", "claim", wish), "internal");
    });
  }
});
