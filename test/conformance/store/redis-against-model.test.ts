import assert from "node:assert/strict";
import fc from "fast-check";
import { createClient } from "redis";
import { createMemoryDatabase } from "../../../src/store/memory/index.ts";
import { createScriptModel } from "../../../src/store/redis/script-model.ts";
import type { ScriptReply } from "../../../src/store/redis/script-runner.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { retention } from "./adapter.ts";
import { operations, type Operation } from "./differential/operations.ts";
import { outcomeOf, play, Seen, type Model, type Run } from "./differential/play.ts";
import { stateOf } from "./differential/state.ts";

const plays = 150;
const timeLimitMs = 4_000;

describe("the scripts of Redis against the model", () => {
  let server: RedisServer;
  let client: ReturnType<typeof createClient>;
  let loaded: Promise<unknown> | undefined;
  let spaces = 0;

  before(async () => {
    server = await RedisServer.start();
    client = createClient({ url: server.url });
    client.on("error", () => undefined);
    await client.connect();
  });
  after(async () => {
    client.destroy();
    await server.stop();
  });

  const redisModel = (clock: ManualClock): Model =>
    createScriptModel(
      {
        run: async (_lane, { name, library }, keys, args): Promise<ScriptReply> => {
          loaded ??= client.sendCommand(["FUNCTION", "LOAD", library.source]);
          await loaded;
          return client.sendCommand(["FCALL", name, String(keys.length), ...keys, ...args]);
        },
      },
      { namespace: "differential", retention, database: 0, time: () => clock.wallMs() },
    );

  const memoryModel = (clock: ManualClock): Model => {
    const database = createMemoryDatabase({ clock, retention });
    return {
      execute: async (space, name, input) => Promise.resolve(database.execute(space, name, input)),
      ask: async (space, name, input) => Promise.resolve(database.ask(space, name, input)),
    };
  };

  const compare = async (list: readonly Operation[]): Promise<void> => {
    const clock = new ManualClock();
    const [model, redis] = [memoryModel(clock), redisModel(clock)];
    const seen = new Seen();
    const space = `s${(spaces += 1)}`;
    const run: Run = async (name, input) => {
      const expected = await outcomeOf(() => model.execute(space, name, input));
      assert.deepEqual(await outcomeOf(() => redis.execute(space, name, input)), expected, name);
      const { output } = expected as { output?: never };
      if (output !== undefined) seen.note(name, input, output);
      return output;
    };
    for (const operation of list) {
      if (operation.type === "wait") clock.advance(operation.ms);
      else await play(operation, seen, run);
    }
    assert.deepEqual(await stateOf(redis, space), await stateOf(model, space));
  };

  it("gives the same replies and the same states, whatever is done", async () => {
    await fc.assert(fc.asyncProperty(operations, compare), {
      numRuns: plays,
      interruptAfterTimeLimit: timeLimitMs,
    });
  }).timeout(60_000);

  it("tells when the item falls due that follows a group whose last item was cancelled on being offered", async () => {
    const wish = { queue: "b", owner: "n", slots: 1, leaseMs: 100, holding: 0, ids: undefined, maxClaimed: undefined };
    const item = { body: "1", priority: 100 };
    await compare([
      { type: "add", queue: "b", items: [{ ...item, id: "i1", delayMs: 0, group: "h" }] },
      {
        type: "commit",
        guard: { type: "none", pick: 0 },
        changes: [{ type: "seal", group: "h", next: { ...item, id: "i2", delayMs: 1_000 } }],
      },
      // A claim carries on one sweep: it meets the item of the other group in the waiting order.
      { type: "order", group: "g", order: "cancel" },
      { type: "order", group: "h", order: "cancel" },
      { type: "claim", ...wish },
    ]);
  });
});
