import assert from "node:assert/strict";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { Connection } from "../../../../src/store/redis/connection.ts";
import { linkOpener } from "../../../../src/store/redis/open-link.ts";
import { targetOf } from "../../../../src/store/redis/target.ts";
import { rejects } from "../../../support/rejects.ts";
import { until } from "../../../support/until.ts";
import { RedisBench } from "./redis-bench.ts";

describe("a connection to Redis", () => {
  let bench: RedisBench;
  before(async () => (bench = await RedisBench.start()));
  after(() => bench.end());

  it("that is closed just as its link opens leaves no link behind", async () => {
    const open = linkOpener(targetOf({ url: bench.server.url }), systemClock, 5_000);
    const connection = new Connection({
      clock: systemClock,
      random: systemRandom,
      bounds: { timeoutMs: 5_000, calls: 10, weight: 1_000 },
      open: async (signal) => {
        const link = await open(signal);
        await connection.close();
        return link;
      },
      report: () => undefined,
    });
    await connection.open();
    await rejects(connection.call(["PING"]), "closed");
    let left: readonly string[] = [];
    await until(
      async () => (left = await bench.connections()).length === 0,
      () => ({ left }),
    );
    assert.equal(connection.link, undefined);
  });
});
