import assert from "node:assert/strict";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { Connection } from "../../../../src/store/redis/connection.ts";
import { FunctionRunner } from "../../../../src/store/redis/function-runner.ts";
import { linkOpener } from "../../../../src/store/redis/open-link.ts";
import { targetOf } from "../../../../src/store/redis/target.ts";
import { until } from "../../../support/until.ts";
import { RedisBench } from "./redis-bench.ts";

/** What calls under way may carry: less than the library. */
const weight = 2_000;

const name = "garrison_runner";
const library = {
  name,
  source: `#!lua name=${name}
redis.register_function("${name}_count", function(keys) return redis.call("INCR", keys[1]) end)
--${"x".repeat(weight)}`,
};

describe("a runner of functions on Redis", () => {
  let bench: RedisBench;
  let connection: Connection;
  before(async () => (bench = await RedisBench.start()));
  after(async () => {
    await bench.end();
    await connection.close();
  });

  it("gives what a call returned that ran after all, though its library could not be sent", async () => {
    connection = new Connection({
      clock: systemClock,
      random: systemRandom,
      bounds: { timeoutMs: 5_000, calls: 10, weight },
      open: linkOpener(targetOf({ url: bench.server.url }), systemClock, 5_000),
      report: () => undefined,
    });
    await connection.open();
    const runner = new FunctionRunner({ queue: connection, lease: connection });
    const outcome = runner.run("queue", { name: `${name}_count`, library }, ["count"], []).catch(String);
    // It is behind the first call, which misses the library, and before the second one.
    const gate = connection.call(["BLPOP", "gate", "0"]);
    let clients: readonly string[] = [];
    await until(
      async () => {
        clients = await bench.connections();
        return clients.some((line) => / qbuf=[1-9].* cmd=blpop /.test(line));
      },
      () => ({ clients }),
    );
    await bench.server.command("FUNCTION", "LOAD", library.source);
    await bench.server.command("LPUSH", "gate", "open");
    await gate;
    assert.equal(await outcome, 1);
    assert.equal(await bench.server.command("GET", "count"), "1");
  });
});
