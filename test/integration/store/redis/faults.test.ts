import assert from "node:assert/strict";
import { StoreError, type Claim, type Space, type Store } from "../../../../src/store/index.ts";
import type { RedisServerOptions } from "../../../support/redis-server.ts";
import { rejects } from "../../../support/rejects.ts";
import { until } from "../../../support/until.ts";
import { ForgetfulNetwork } from "./forgetful-network.ts";
import { RedisBench } from "./redis-bench.ts";

const callTimeoutMs = 1_000;
/** What a busy machine may add to a deadline. */
const slackMs = 3_000;

describe("a store on Redis under faults", () => {
  let bench: RedisBench;

  const start = async (options?: RedisServerOptions): Promise<Space> => {
    bench = await RedisBench.start(options);
    return (await bench.open({ callTimeoutMs })).space("faults");
  };

  afterEach(() => bench.end());

  /** The call has to fail within its deadline, as one that may succeed later. */
  const failsInTime = async (call: Promise<unknown>): Promise<StoreError> => {
    const begunMs = performance.now();
    const error: unknown = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(performance.now() - begunMs < callTimeoutMs + slackMs, "it took too long");
    assert.ok(error instanceof StoreError, String(error));
    assert.equal(error.retryable, true, error.message);
    return error;
  };

  /** Until the store serves again, which has to be soon. */
  const serves = async (call: () => Promise<unknown>): Promise<void> => {
    let last: unknown;
    await until(
      () =>
        call().then(
          () => true,
          (error: unknown) => {
            last = error;
            return false;
          },
        ),
      () => String(last),
    );
  };

  const claimOne = async ({ queue }: Space, leaseMs = 30_000): Promise<Claim> => {
    const { claims } = await queue.claim({ queue: "q", owner: "me", slots: 1, leaseMs, holding: 0 });
    const [claim] = claims;
    assert.ok(claim !== undefined);
    return claim;
  };

  it("loses nothing that was acknowledged when the server is killed: items, claims and their fence", async () => {
    const space = await start({ appendfsync: "always" });
    const { queue } = space;
    await queue.add("q", [{ id: "a", body: 1 }]);
    const claim = await claimOne(space);
    const added: string[] = [];
    let killed = false;
    const adding = (async () => {
      for (let index = 0; !killed; index += 1) {
        const id = `more-${index}`;
        await queue.add("q", [{ id, body: index }]).then(
          () => added.push(id),
          () => (killed = true),
        );
      }
    })();
    await until(
      () => added.length >= 20,
      () => added.length,
    );
    await bench.server.kill();
    await adding;
    await failsInTime(queue.counts("q"));
    await bench.server.restart();
    await serves(() => queue.counts("q"));
    for (const id of added) assert.equal((await queue.get("q", id))?.status, "waiting", id);
    await space.commit({ type: "claim", claim }, [{ type: "finish", claim, outcome: "done" }]);
    await rejects(space.commit({ type: "claim", claim }, [{ type: "put", key: "k", value: 1 }]), "stale-guard");
    const [connected] = bench.log.of("Redis is connected again");
    assert.ok(connected !== undefined);
    assert.ok(bench.log.of("Redis is not connected; trying again").length <= 3);
  });

  it("refuses calls at once while the server is down, and says where it should be", async () => {
    const { queue } = await start();
    await bench.server.kill();
    await failsInTime(queue.counts("q"));
    const place = `127.0.0.1:${bench.server.port}`;
    let error: StoreError | undefined;
    await until(
      async () => (error = await failsInTime(queue.add("q", [{ id: "a", body: 1 }]))).message.includes(place),
      () => error?.message,
    );
    assert.equal(error?.code, "unavailable");
  });

  it("fails calls by their deadline while the server hangs, keeps few of them, and goes on with it", async () => {
    bench = await RedisBench.start();
    const store = await bench.open({ callTimeoutMs, pendingCalls: 50 });
    const { queue, leases } = store.space("faults");
    await queue.add("q", [{ id: "kept", body: 1 }]);
    bench.server.freeze();
    const body = "x".repeat(100_000);
    const codes = new Map<string, number>();
    const begunMs = performance.now();
    // Far more than may wait: 50 MB, if they were queued.
    const calls = Array.from({ length: 500 }, (_, index) =>
      queue.add("q", [{ id: `a-${index}`, body }]).catch((error: unknown) => {
        if (!(error instanceof StoreError && error.retryable)) throw error;
        codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
      }),
    );
    await Promise.all([...calls, failsInTime(leases.acquire("l", "me", 1_000))]);
    assert.ok(performance.now() - begunMs < callTimeoutMs + slackMs);
    assert.deepEqual(Object.fromEntries(codes), { busy: 450, deadline: 50 });
    // It hangs on: the connection is dropped, and nothing more is handed to it.
    const error = await failsInTime(queue.counts("q"));
    assert.equal(error.code, "unavailable", error.message);
    bench.server.thaw();
    await serves(() => queue.counts("q"));
    assert.equal((await queue.get("q", "kept"))?.status, "waiting");
    await serves(() => leases.acquire("l", "me", 1_000));
  });

  it("keeps the connection to a server that only was slow", async () => {
    bench = await RedisBench.start();
    const { queue } = (await bench.open({ callTimeoutMs: 10_000 })).space("faults");
    const before = (await bench.connections()).length;
    bench.server.freeze();
    const adding = queue.add("q", [{ id: "a", body: 1 }]);
    bench.server.thaw();
    assert.deepEqual(await adding, []);
    assert.equal((await bench.connections()).length, before);
    assert.equal(bench.log.of("Redis is not connected; trying again").length, 0);
  });

  it("runs on when the server forgets the functions, again and again, with calls under way", async () => {
    const { queue } = await start();
    let over = false;
    const flushing = (async () => {
      for (let times = 0; times < 30; times += 1) await bench.server.command("FUNCTION", "FLUSH");
      over = true;
    })();
    const ids: string[] = [];
    const lane = async (name: string): Promise<void> => {
      for (let index = 0; !over; index += 1) {
        const id = `${name}-${index}`;
        assert.deepEqual(await queue.add("q", [{ id, body: index }]), [], "it was run twice");
        ids.push(id);
      }
    };
    await Promise.all([flushing, lane("a"), lane("b"), lane("c")]);
    assert.equal((await queue.counts("q")).waiting, ids.length);
  });

  it("says that a replica takes no writes, still reads there, and goes on when it is promoted", async () => {
    const space = await start();
    await space.queue.add("q", [{ id: "a", body: 1 }]);
    await bench.server.command("REPLICAOF", "127.0.0.1", "1");
    const error = await failsInTime(space.queue.add("q", [{ id: "b", body: 1 }]));
    assert.equal(error.code, "unavailable");
    assert.match(error.message, /replica.*primary/);
    assert.equal((await space.queue.get("q", "a"))?.status, "waiting");
    await bench.server.command("REPLICAOF", "NO", "ONE");
    await serves(() => space.queue.add("q", [{ id: "b", body: 1 }]));
  });

  it("refuses new work when the memory is full, and lets what exists be held and ended", async () => {
    const space = await start();
    const { queue, leases } = space;
    await queue.add("q", [
      { id: "a", body: 1 },
      { id: "b", body: 1 },
    ]);
    const [lease, claim] = [await leases.acquire("l", "me", 30_000), await claimOne(space)];
    assert.ok(lease !== undefined);
    await bench.server.command("CONFIG", "SET", "maxmemory", "1mb");
    const error = await failsInTime(queue.add("q", [{ id: "c", body: 1 }]));
    assert.equal(error.code, "full");
    assert.match(error.message, /maxmemory/);
    assert.equal((await failsInTime(space.commit(undefined, [{ type: "put", key: "k", value: 1 }]))).code, "full");
    assert.deepEqual((await queue.extend([claim], 30_000)).lost, []);
    assert.ok((await leases.renew(lease, 30_000)) !== undefined);
    assert.ok((await leases.acquire("retention", "me", 30_000)) !== undefined);
    await space.commit({ type: "claim", claim }, [{ type: "finish", claim, outcome: "done" }]);
    assert.equal((await queue.get("q", "a"))?.status, "done");
    assert.equal((await queue.counts("q")).waiting, 1);
    await bench.server.command("CONFIG", "SET", "maxmemory", "0");
    assert.deepEqual(await queue.add("q", [{ id: "c", body: 1 }]), []);
  });

  it("says that a script occupies the server, that it cannot write its files, and that replicas are missing", async () => {
    const { queue } = await start();
    await bench.server.command("CONFIG", "SET", "min-replicas-to-write", "1");
    const alone = await failsInTime(queue.add("q", [{ id: "a", body: 1 }]));
    assert.equal(alone.code, "unavailable");
    assert.match(alone.message, /min-replicas-to-write/);
    await bench.server.command("CONFIG", "SET", "min-replicas-to-write", "0");
    await bench.server.command("CONFIG", "SET", "busy-reply-threshold", "1");
    const looping = bench.server.command("EVAL", "while true do end", "0").catch(String);
    await until(
      () =>
        queue.counts("q").then(
          () => false,
          (error: unknown) =>
            error instanceof StoreError && error.code === "unavailable" && /SCRIPT KILL/.test(error.message),
        ),
      () => "the server is not busy",
    );
    await bench.server.command("SCRIPT", "KILL");
    assert.match(String(await looping), /killed/i);
    await serves(() => queue.add("q", [{ id: "a", body: 1 }]));
  });

  it("says that it is denied when the user loses its rights, and goes on when it has them again", async () => {
    bench = await RedisBench.start({ users: ["garrison on >right ~* &* +@all"] });
    const store: Store = await bench.open({ username: "garrison", password: "right", callTimeoutMs });
    const { queue } = store.space("faults");
    await bench.server.command("ACL", "SETUSER", "garrison", "-fcall");
    assert.equal((await failsInTime(queue.counts("q"))).code, "denied");
    // This ends the connections of the user as well.
    await bench.server.command("ACL", "DELUSER", "garrison");
    await until(
      async () => (await failsInTime(queue.counts("q"))).code === "denied",
      () => "never denied",
    );
    await bench.server.command("ACL", "SETUSER", "garrison", "on", ">right", "~*", "&*", "+@all");
    await serves(() => queue.counts("q"));
  });

  it("carries large bodies whole, in letters of every length", async () => {
    bench = await RedisBench.start();
    const { queue } = (await bench.open({ callTimeoutMs: 10_000 })).space("faults");
    const body = "aüא€😀\0\n".repeat(8_000);
    const items = Array.from({ length: 60 }, (_, index) => ({ id: `i-${index}`, body: { index, body } }));
    await queue.add("q", items);
    const { claims } = await queue.claim({ queue: "q", owner: "me", slots: 60, leaseMs: 30_000, holding: 0 });
    assert.ok(claims.length > 20, String(claims.length));
    for (const claim of claims) assert.deepEqual(claim.body, items[Number(claim.id.slice(2))]?.body);
  });

  it("lets calls under way end when it is closed, refuses later ones, and leaves no connection", async () => {
    bench = await RedisBench.start();
    const store = await bench.open({ callTimeoutMs: 5_000 });
    const space = store.space("faults");
    const waiting = space.changed(0, 60_000);
    const adding = Promise.all(
      Array.from({ length: 20 }, (_, index) => space.queue.add("q", [{ id: `a-${index}`, body: 1 }])),
    );
    const closing = store.close();
    await rejects(space.queue.counts("q"), "closed");
    await rejects(waiting, "closed");
    await adding;
    await Promise.all([closing, store.close()]);
    await rejects(space.changed(0, 1_000), "closed");
    await until(
      async () => (await bench.connections()).length === 0,
      () => "connections are left",
    );
  });

  it("keeps a node's lease when the network forgets its connections, with the deadlines of production", async () => {
    bench = await RedisBench.start();
    const network = await ForgetfulNetwork.start(bench.server.port);
    try {
      const { leases } = (await bench.open({ url: `redis://127.0.0.1:${network.port}` })).space("faults");
      const lease = await leases.acquire("node/a", "a", 3_000);
      assert.ok(lease !== undefined);
      network.forget();
      await serves(async () => assert.ok(await leases.renew(lease, 3_000), "it has run out"));
    } finally {
      await network.stop();
    }
  });

  it("closes within its deadline on a server that hangs", async () => {
    bench = await RedisBench.start();
    const store = await bench.open({ callTimeoutMs });
    bench.server.freeze();
    const adding = failsInTime(store.space("faults").queue.add("q", [{ id: "a", body: 1 }]));
    const begunMs = performance.now();
    await store.close();
    assert.ok(performance.now() - begunMs < callTimeoutMs + slackMs);
    await adding;
  });
});
