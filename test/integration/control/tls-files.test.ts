import assert from "node:assert/strict";
import { chmodSync, mkdirSync, renameSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { systemClock, type Clock } from "../../../src/base/clock.ts";
import { ControlError, TlsFiles, type TlsPaths } from "../../../src/control/index.ts";
import { CertificateFolder, signedByOpenssl, TestAuthority } from "../../support/certificates.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { until } from "../../support/until.ts";
import { ControlNode } from "./control-node.ts";

const cluster = "garrison";
const name = "garrison://garrison/node/node-1";
const lookMs = 10_000;

describe("certificates in files", () => {
  let authority: TestAuthority;
  let other: TestAuthority;
  let folder: CertificateFolder;
  let paths: { readonly ca: string; readonly cert: string; readonly key: string };

  before(async () => {
    [authority, other] = await Promise.all([TestAuthority.create(), TestAuthority.create()]);
  });
  beforeEach(async () => {
    folder = new CertificateFolder();
    const { cert, key } = await authority.issue(name);
    paths = {
      ca: folder.write("ca.pem", authority.pair.cert),
      cert: folder.write("node.pem", cert),
      key: folder.write("node-key.pem", key),
    };
  });
  afterEach(() => folder.remove());

  const open = (given: TlsPaths = paths, node = "node-1", clock: Clock = systemClock): Promise<TlsFiles> =>
    TlsFiles.open({ paths: given, holder: { cluster, node }, clock });
  const refused = (call: Promise<unknown>, message: RegExp): Promise<void> =>
    assert.rejects(call, (error) => {
      assert.ok(error instanceof ControlError, String(error));
      assert.equal(error.code, "tls-unusable");
      assert.match(error.message, message);
      return true;
    });

  it("are read, also behind the links of a mounted secret", async () => {
    mkdirSync(join(folder.path, "..data"));
    const at = join(folder.path, "..data", "node-key.pem");
    renameSync(paths.key, at);
    symlinkSync(at, paths.key);
    const files = await open();
    assert.match(String(files.current().identity?.key), /PRIVATE KEY/);
    files.close();
  });

  it("are refused when they cannot be what they have to be, each with what would mend it", async () => {
    const { trust } = authority;
    const written = async (uri: string, from = authority): Promise<TlsPaths> => {
      const { cert, key } = await from.issue(uri);
      return { ca: paths.ca, cert: folder.write("x.pem", cert), key: folder.write("x-key.pem", key) };
    };
    await refused(open({ ...paths, key: join(folder.path, "none") }), /tls\.key: .*none cannot be read/);
    await refused(open({ ...paths, cert: folder.path }), /tls\.cert: .* is not a file/);
    await refused(open({ ...paths, ca: folder.write("text", "hello") }), /tls\.ca: .*no PEM file/);
    await refused(open({ ...paths, ca: folder.write("long", "x".repeat(300_000)) }), /longer than/);
    await refused(
      open({ ...paths, ca: folder.write("key", String(trust.ca).replace(/CERTIFICATE/g, "X")) }),
      /holds 0/,
    );
    const joined = `${authority.pair.cert.trimEnd()}${other.pair.cert}`;
    await refused(open({ ...paths, ca: folder.write("joined", joined) }), /tls\.ca .*without a line break/);
    const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    await refused(open({ ...paths, cert: folder.write("broken", broken) }), /tls\.cert holds what is no certificate/);
    await refused(open({ ...paths, key: paths.cert }), /readable|can read|no private key/);
    await refused(open({ ...paths, key: (await written(name)).key }), /not the private key of tls\.cert/);
    await refused(open(await written(name, other)), /not signed by the authority in tls\.ca/);
    await refused(open(paths, "node-2"), /one of node node-1, and node\.id is node-2/);
    await refused(
      open(await written("garrison://test/node/node-1")),
      /for the cluster test, and cluster\.name is garrison/,
    );
    await refused(open(await written("garrison://garrison/client/a?role=admin")), /one of client a, and this is node/);
    const inTime = (days: number): Clock => ({
      ...systemClock,
      wallMs: () => systemClock.wallMs() + days * 86_400_000,
    });
    await refused(open(paths, "node-1", inTime(11)), /was valid until .*garrison cert issue/);
    await refused(open(paths, "node-1", inTime(-2)), /not valid before/);
  });

  it("are refused when OpenSSL reads them and does not take them", async () => {
    const { cert, key } = signedByOpenssl(authority, `URI:${name}`, { bits: 512 });
    const weak = { ca: paths.ca, cert: folder.write("x.pem", cert), key: folder.write("x-key.pem", key) };
    await refused(open(weak), /cannot be used for TLS: .*key too small/);
  });

  it("are refused when others may read the key", async () => {
    for (const mode of [0o640, 0o604, 0o660, 0o644]) {
      chmodSync(paths.key, mode);
      await refused(open(), /tls\.key: .*chmod 600/);
    }
    for (const mode of [0o600, 0o400]) {
      chmodSync(paths.key, mode);
      (await open()).close();
    }
  });

  describe("of a running server", () => {
    const clock = new ManualClock(1_000, systemClock.wallMs());
    let events: string[];
    let files: TlsFiles;
    let node: ControlNode;

    beforeEach(async () => {
      events = [];
      files = await TlsFiles.open({
        paths,
        holder: { cluster, node: "node-1" },
        clock,
        news: { replaced: () => events.push("replaced"), refused: ({ message }) => events.push(message) },
      });
      node = await ControlNode.start({ setup: { tls: files } });
    });
    afterEach(async () => {
      files.close();
      await node.stop();
    });

    /** The serial number of the certificate that new connections are shown. */
    const shown = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const [host = "", port = ""] = node.plane.grpcAddress.split(":");
        const options = { host, port: Number(port), ca: authority.pair.cert, ALPNProtocols: ["h2"] };
        const socket: TLSSocket = connect({ ...options, checkServerIdentity: () => undefined }, () => {
          resolve(socket.getPeerCertificate().serialNumber);
          socket.destroy();
        });
        socket.once("error", reject);
      });
    /** The next look at the files, waited for. */
    const look = async (event: RegExp): Promise<void> => {
      const before = events.length;
      clock.advance(lookMs);
      await until(
        () => events.length > before,
        () => events,
      );
      assert.match(events.at(-1) ?? "", event);
    };

    it("are in use soon after they were replaced, and never half of them", async () => {
      const first = await shown();
      const next = await authority.issue(name);
      folder.write("node.pem", next.cert);
      await look(/not the private key/);
      assert.equal(await shown(), first);
      folder.write("node-key.pem", next.key);
      await until(
        () => clock.pending > 0,
        () => clock.pending,
      );
      await look(/replaced/);
      assert.notEqual(await shown(), first);
      assert.deepEqual(files.current().identity?.cert.toString(), next.cert);
    });

    it("stay when they are gone, which is told once", async () => {
      const first = await shown();
      unlinkSync(paths.cert);
      await look(/cannot be read/);
      for (let times = 0; times < 3; times += 1) {
        await until(
          () => clock.pending > 0,
          () => clock.pending,
        );
        clock.advance(lookMs);
      }
      assert.equal(events.length, 1);
      assert.equal(await shown(), first);
    });
  });
});
