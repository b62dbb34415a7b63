import assert from "node:assert/strict";
import { join } from "node:path";
import { startChaosStore, type ChaosStore } from "../../chaos/cluster/chaos-store.ts";
import { built } from "../../support/built.ts";
import { freePorts, Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const leaseMs = 3_000;
const graceMs = 1_000;

describe("a node of garrison up that is frozen for three lease TTLs", function () {
  this.timeout(60_000);
  const folder = tempDir("frozen-node");
  let store: ChaosStore;
  let up: Service | undefined;

  before(built);
  before(async () => {
    store = await startChaosStore("redis");
  });
  afterEach(() => up?.end("SIGKILL"));
  after(async () => {
    await store.end();
    folder.remove();
  });

  it("is declared dead in time, ends with 75 when it goes on, and comes back as another incarnation", async () => {
    up = new Service(join(folder.path, "state"), ["up", ...freePorts, "--nodes", "2", "--store", store.url]);
    const [first, second] = (await up.event("ready")).nodes ?? [];
    const client = up.client(first?.address ?? "");
    try {
      const member = async (): Promise<{ readonly state: string; readonly incarnation: string }> => {
        const found = (await client.control.members()).find(({ id }) => id === second?.id);
        if (found === undefined) throw new Error(`${second?.id ?? "the second node"} is not listed`);
        return found;
      };
      const before = await member();
      assert.equal(before.state, "up");
      const frozenAtMs = performance.now();
      await store.freezeNode(second?.pid ?? 0);
      let seen = before;
      await until(
        async () => (seen = await member()).state === "dead",
        () => ({ seen, stderr: up?.running.stderr() }),
        10_000,
      );
      const declaredMs = performance.now() - frozenAtMs;
      assert.ok(declaredMs <= leaseMs + graceMs, `declared dead after ${declaredMs} ms`);
      assert.equal(seen.incarnation, before.incarnation);
      await until(
        () => performance.now() - frozenAtMs >= 3 * leaseMs,
        () => "the time of the freeze",
        3 * leaseMs,
      );
      process.kill(second?.pid ?? 0, "SIGCONT");
      const exited = await up.event("exited");
      assert.deepEqual({ pid: exited.pid, code: exited.code }, { pid: second?.pid, code: 75 }, up.running.stderr());
      assert.equal((await up.event("restarted")).id, second?.id);
      const after = await member();
      assert.equal(after.state, "up");
      assert.notEqual(after.incarnation, before.incarnation);
    } finally {
      client.close();
    }
  });
});
