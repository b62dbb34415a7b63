import assert from "node:assert/strict";
import { TestAuthority } from "../../support/certificates.ts";
import { grpcNetwork } from "./grpc-network.ts";
import { Accepted, dial, type Recorder } from "./recorder.ts";
import { transportSuite } from "./suite.ts";

transportSuite("grpc", { open: () => Promise.resolve(grpcNetwork()) });
transportSuite("grpc with TLS", { open: async () => grpcNetwork(await TestAuthority.create("test")) });

describe("transport: certificates of grpc", () => {
  const connected = async (shown: (node: string) => string): Promise<readonly [from: Recorder, accepted: Accepted]> => {
    const network = grpcNetwork(await TestAuthority.create("test"), shown);
    try {
      const { transport: a } = await network.join("a");
      const { transport: b, address } = await network.join("b");
      const accepted = new Accepted(b, ({ channel }) => void channel?.send(Buffer.from("hello")));
      const from = dial(a, "b", address);
      await from.reach(({ frames, failures }) => frames.length + failures.length > 0);
      return [from, accepted];
    } finally {
      await network.close();
    }
  };

  it("says which node the certificate of the one that dials names", async () => {
    const [from, accepted] = await connected((node) => (node === "a" ? "other" : node));
    assert.deepEqual(from.texts, ["hello"]);
    assert.equal(accepted.all[0]?.peer?.certifiedNode, "other");
  });

  it("sends nothing to a node whose certificate names another than the one dialled", async () => {
    const [from, accepted] = await connected((node) => (node === "b" ? "other" : node));
    assert.equal(from.failures[0]?.code, "certificate", JSON.stringify(from.failures));
    assert.equal(accepted.all.length, 0);
  });
});
