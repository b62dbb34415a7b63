import { systemClock } from "../../../src/base/clock.ts";
import { Connection } from "../../../src/client/index.ts";
import { controlService, fixedTls, type TlsMaterial } from "../../../src/wire/index.ts";
import { selfSigned } from "../../support/certificate.ts";
import { ChangingTls, signedByOpenssl } from "../../support/certificates.ts";
import { ControlNode } from "./control-node.ts";
import { refuses } from "./refuses.ts";

const issuing = "basicConstraints=critical,CA:TRUE,pathlen:0";
/** A certificate of one level below, shown with the one between. */
const below = (between: ReturnType<typeof selfSigned>, uri: string): NonNullable<TlsMaterial["identity"]> => {
  const { cert, key } = signedByOpenssl({ pair: between }, `URI:${uri}`);
  return { cert: Buffer.from(cert + between.cert), key: Buffer.from(key) };
};

describe("certificates with one between them and their authority", () => {
  it("open connections until that authority is taken away", async () => {
    const roots = ["one", "two"].map((name) => selfSigned(`/CN=${name}`, `DNS:${name}`));
    const [first, second] = roots;
    const [ours, theirs] = roots.map((pair) => signedByOpenssl({ pair }, "DNS:between", { extension: issuing }));
    if (first === undefined || second === undefined || ours === undefined || theirs === undefined) throw new Error();
    const ca = Buffer.from(first.cert + second.cert);
    const tls = new ChangingTls({ ca, identity: below(ours, "garrison://garrison/node/node-1") });
    const node = await ControlNode.start({ setup: { tls } });
    const connections = [ours, theirs].map((between) => {
      const source = fixedTls({ ca, identity: below(between, "garrison://garrison/client/viv?role=viewer") });
      const address = node.plane.grpcAddress;
      return new Connection({ address, clock: systemClock, tls: { source, cluster: "garrison" } });
    });
    const [stays, goes] = connections.map((one) => () => one.call(controlService.listMembers, {}));
    try {
      await Promise.all([stays?.(), goes?.()]);
      tls.change({ ca: Buffer.from(first.cert) });
      await stays?.();
      if (goes !== undefined) await refuses(goes(), "unauthenticated", "certificate-untrusted");
    } finally {
      for (const connection of connections) connection.close();
      await node.stop();
    }
  });
});
