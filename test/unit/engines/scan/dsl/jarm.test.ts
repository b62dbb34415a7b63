import assert from "node:assert/strict";
import { createServer } from "node:tls";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { seededRandom } from "../../../../../src/base/random.ts";
import { clientHello } from "../../../../../src/engines/scan/dsl/jarm/client-hello.ts";
import { fingerprintOf, jarmOf } from "../../../../../src/engines/scan/dsl/jarm/jarm.ts";
import { ordered, probes } from "../../../../../src/engines/scan/dsl/jarm/probes.ts";
import { parseServerHello } from "../../../../../src/engines/scan/dsl/jarm/server-hello.ts";
import type { DslNetwork } from "../../../../../src/engines/scan/dsl/expression.ts";
import { noHello } from "../../../../../src/engines/scan/dsl/jarm/server-hello.ts";

/** The first bytes that a server answers, over a real connection to this machine. */
const loopback: DslNetwork = {
  resolve: () => Promise.resolve([]),
  exchange: async (host, port, bytes, { timeoutMs }) => {
    const socket = connect({ host, port });
    socket.setTimeout(timeoutMs);
    socket.end(bytes);
    const first = await new Promise<Buffer>((resolve) => {
      socket.once("data", resolve);
      socket.once("close", () => resolve(Buffer.alloc(0)));
      socket.once("error", () => resolve(Buffer.alloc(0)));
    });
    socket.destroy();
    return first;
  },
};

describe("JARM fingerprints", () => {
  it("are made of the ciphers, versions and extensions that a server chose", () => {
    const chosen = { cipher: "c02f", version: "0303", protocol: "http/1.1", extensions: "0000-ff01-000b-0023-0010" };
    const plain = { ...chosen, protocol: "", extensions: "0000-ff01-000b-0023" };
    const answers = [chosen, chosen, noHello, plain, plain, noHello, chosen, chosen, chosen, chosen];
    assert.equal(fingerprintOf(answers), "29d29d00029d29d00029d29d29d29d8c9dac4e97f99c7a0e93e9d4d790df0a");
    assert.equal(fingerprintOf(answers.map(() => noHello)), "0".repeat(62));
  });

  it("read a server's answer", () => {
    const hello =
      "160303005002" +
      "00004c0303331f11323d4cb22e196c9661a2a8643cb48be65615220cd3bb3e198e06a906b100" +
      "c02f00002400000000ff01000100000b000403000102002300000010000b000908687474702f312e31" +
      "16030312f10b0012ed0012ea000582";
    assert.deepEqual(parseServerHello(Buffer.from(hello, "hex")), {
      cipher: "c02f",
      version: "0303",
      protocol: "http/1.1",
      extensions: "0000-ff01-000b-0023-0010",
    });
    assert.deepEqual(parseServerHello(Buffer.from("15030300020228", "hex")), noHello);
    assert.deepEqual(parseServerHello(Buffer.alloc(100, 0x16)), noHello);
  });

  it("order lists as the ten probes need them", () => {
    const odd = [1, 2, 3, 4, 5];
    assert.deepEqual(ordered(odd, "reverse"), [5, 4, 3, 2, 1]);
    assert.deepEqual(ordered(odd, "top-half"), [3, 2, 1]);
    assert.deepEqual(ordered(odd, "bottom-half"), [4, 5]);
    assert.deepEqual(ordered(odd, "middle-out"), [3, 4, 2, 5, 1]);
    assert.deepEqual(ordered([1, 2, 3, 4], "middle-out"), [3, 2, 4, 1]);
  });

  it("say the lengths of what they send, and the name of the host", () => {
    assert.equal(probes.length, 10);
    for (const probe of probes) {
      const hello = clientHello(probe, "host.test", seededRandom(1));
      assert.equal(hello[0], 0x16);
      assert.equal(hello.readUInt16BE(3), hello.length - 5);
      assert.equal(hello.readUIntBE(6, 3), hello.length - 9);
      assert.ok(hello.includes("host.test"));
    }
  });

  it("are those of a real server, the same each time", async () => {
    const server = createServer({ minVersion: "TLSv1.2" });
    server.on("tlsClientError", () => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const [first, second] = [
        await jarmOf("127.0.0.1", port, loopback, seededRandom(1)),
        await jarmOf("127.0.0.1", port, loopback, seededRandom(2)),
      ];
      assert.match(first, /^[0-9a-f]{62}$/);
      assert.equal(first, second);
    } finally {
      server.close();
    }
  });
});
