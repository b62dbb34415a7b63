import assert from "node:assert/strict";
import { mostFrameBytes } from "../../../src/wire/index.ts";
import type { Transport } from "../../../src/cluster/index.ts";
import { until } from "../../support/until.ts";
import type { TransportAdapter, TransportNetwork } from "./adapter.ts";
import { Accepted, dial, type Recorder } from "./recorder.ts";

/** What each adapter of the port `Transport` has to do. */
export const transportSuite = (name: string, adapter: TransportAdapter): void => {
  describe(`transport: ${name}`, () => {
    let network: TransportNetwork;
    let a: Transport;
    let b: Transport;
    let address: string;
    let accepted: Accepted;

    beforeEach(async () => {
      network = await adapter.open();
      ({ transport: a } = await network.join("a"));
      ({ transport: b, address } = await network.join("b"));
      accepted = new Accepted(b);
    });

    afterEach(() => network.close());

    const connect = async (): Promise<readonly [from: Recorder, to: Recorder]> => {
      const from = dial(a, "b", address);
      from.channel?.send(Buffer.from("hello"));
      const to = await accepted.next();
      await to.reach(({ frames }) => frames.length === 1);
      to.frames.length = 0;
      return [from, to];
    };

    it("brings frames whole and in order, both ways", async () => {
      const [from, to] = await connect();
      for (let index = 0; index < 200; index += 1) {
        from.channel?.send(Buffer.from(`to ${index}`));
        to.channel?.send(Buffer.from(`back ${index}`));
      }
      await to.reach(({ frames }) => frames.length === 200);
      await from.reach(({ frames }) => frames.length === 200);
      assert.deepEqual(
        to.texts,
        Array.from({ length: 200 }, (_, index) => `to ${index}`),
      );
      assert.deepEqual(
        from.texts,
        Array.from({ length: 200 }, (_, index) => `back ${index}`),
      );
    });

    it("brings a frame of the largest size, and keeps it as it was when more come", async () => {
      const [from, to] = await connect();
      const first = Buffer.alloc(mostFrameBytes, "first");
      from.channel?.send(first);
      from.channel?.send(Buffer.alloc(mostFrameBytes, "other"));
      await to.reach(({ frames }) => frames.length === 2);
      assert.ok(first.equals(to.frames[0] ?? Buffer.alloc(0)));
    });

    it("ends the connection with a frame above the largest size, and tells both ends", async () => {
      const [from, to] = await connect();
      from.channel?.send(Buffer.alloc(mostFrameBytes + 1));
      await to.reach(({ failures }) => failures.length === 1);
      await from.reach(({ failures }) => failures.length === 1);
      assert.deepEqual(to.frames, []);
      const codes = [...to.failures, ...from.failures].map(({ code }) => code);
      assert.ok(codes.includes("oversized"), codes.join(", "));
    });

    it("says that there is too much on the way, and when there is room again", async () => {
      const [from, to] = await connect();
      const frame = Buffer.alloc(64 * 1024, 1);
      let sent = 1;
      while (from.channel?.send(frame) === true) {
        sent += 1;
        assert.ok(sent < 1_000, "it takes whatever it is given");
      }
      await from.reach(({ drains }) => drains > 0);
      assert.equal(from.channel?.send(Buffer.from("last")), true);
      await to.reach(({ frames }) => frames.length === sent + 1);
      assert.equal(to.texts.at(-1), "last");
    });

    it("brings what was sent before the close, and tells the other end once", async () => {
      const [from, to] = await connect();
      from.channel?.send(Buffer.from("last"));
      from.channel?.close();
      from.channel?.close();
      await to.reach(({ failures }) => failures.length === 1);
      assert.deepEqual(to.texts, ["last"]);
      assert.equal(from.channel?.send(Buffer.from("more")), false);
      to.channel?.close();
      assert.deepEqual([from.failures, to.failures.length], [[], 1]);
    });

    it("brings what the accepting end sent before its close", async () => {
      const [from, to] = await connect();
      to.channel?.send(Buffer.from("last"));
      to.channel?.close();
      await from.reach(({ failures }) => failures.length === 1);
      assert.deepEqual(from.texts, ["last"]);
      assert.equal(from.failures[0]?.code, "lost");
    });

    it("lets a connection be closed while it is being accepted", async () => {
      const { transport, address: there } = await network.join("c");
      const closing = new Accepted(transport, (recorder) => {
        recorder.channel?.send(Buffer.from("no"));
        recorder.channel?.close();
      });
      const from = dial(a, "c", there);
      from.channel?.send(Buffer.from("hello"));
      await from.reach(({ failures }) => failures.length === 1);
      assert.deepEqual(from.texts, ["no"]);
      assert.deepEqual([closing.all[0]?.frames, closing.all[0]?.failures], [[], []]);
    });

    it("tells of a node that cannot be reached, after `dial` has returned", async () => {
      const from = dial(a, "x", await network.nowhere());
      assert.equal(from.failures.length, 0);
      from.channel?.send(Buffer.from("hello"));
      await from.reach(({ failures }) => failures.length === 1);
      assert.equal(from.failures[0]?.code, "unreachable");
    });

    it("tells of an address that is none", async () => {
      const from = dial(a, "x", "no address");
      assert.equal(from.failures.length, 0);
      await from.reach(({ failures }) => failures.length === 1);
      assert.equal(from.failures[0]?.code, "unreachable");
    });

    it("says nothing of a connection that was given up before it began", async () => {
      const from = dial(a, "x", await network.nowhere());
      from.channel?.close();
      const other = dial(a, "x", await network.nowhere());
      await other.reach(({ failures }) => failures.length === 1);
      assert.equal(from.failures.length, 0);
    });

    it("ends all connections when it is closed, and begins none", async () => {
      const [from, to] = await connect();
      await a.close();
      await to.reach(({ failures }) => failures.length === 1);
      assert.equal(from.channel?.send(Buffer.from("more")), false);
      const late = dial(a, "b", address);
      await late.reach(({ failures }) => failures.length === 1);
      assert.equal(late.failures[0]?.code, "closed");
      assert.equal(accepted.all.length, 1);
      await a.close();
    });

    it("has connections that know nothing of each other", async () => {
      const [one, toOne] = await connect();
      const two = dial(a, "b", address);
      two.channel?.send(Buffer.from("two"));
      await until(
        () => accepted.all.length === 2,
        () => accepted.all.length,
      );
      one.channel?.close();
      await toOne.reach(({ failures }) => failures.length === 1);
      two.channel?.send(Buffer.from("still"));
      await accepted.all[1]?.reach(({ frames }) => frames.length === 2);
      assert.deepEqual(two.failures, []);
      two.channel?.close();
    });
  });
};
