import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import { type Clock, systemClock } from "../../../../src/base/clock.ts";
import type { ScanOutcome } from "../../../../src/engines/scan/index.ts";
import { type KeyPair, localKeyPair, selfSigned } from "../../../support/certificate.ts";
import { kindsOf, scanWith } from "./protocol-scan.ts";

const template = (keys: string): string =>
  `ssl:\n  - address: "{{Host}}:{{Port}}"\n    ${keys.replaceAll("\n", "\n    ")}`;
const response = "extractors: [{type: dsl, dsl: [response]}]";

describe("ssl requests of templates", () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  const listening = async (server: Server): Promise<string> => {
    servers.push(server);
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const tls = (pair: KeyPair, options: TlsOptions = {}): Promise<string> =>
    listening(
      createServer({ ...pair, ...options }, (socket) => socket.on("error", () => undefined)).on(
        "tlsClientError",
        () => undefined,
      ),
    );
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  });

  const jsonOf = ({ findings, errors }: ScanOutcome): Readonly<Record<string, unknown>> => {
    const text = findings[0]?.["extracted-results"]?.[0];
    assert.ok(text !== undefined, JSON.stringify(errors));
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  };

  it("tell what tlsx tells of a handshake and of the certificate", async () => {
    const target = await tls(localKeyPair());
    const { timestamp, ...told } = jsonOf(await scanWith(target, template(response)));
    const certificate = new X509Certificate(localKeyPair().cert);
    const time = (text: string): string => new Date(text).toISOString().replace(".000Z", "Z");
    assert.match(String(timestamp), /^20\d\d-.*Z$/);
    assert.deepEqual(told, {
      host: "127.0.0.1",
      ip: "127.0.0.1",
      port: target.split(":")[1],
      probe_status: true,
      tls_version: "tls13",
      cipher: "TLS_AES_256_GCM_SHA384",
      self_signed: true,
      mismatched: true,
      not_before: time(certificate.validFrom),
      not_after: time(certificate.validTo),
      subject_dn: "C=AT, O=Garrison, CN=localhost",
      subject_cn: "localhost",
      subject_org: ["Garrison"],
      subject_an: ["localhost", "*.garrison.test"],
      domains: ["localhost", "garrison.test"],
      serial: certificate.serialNumber.replaceAll(/..(?!$)/g, "$&:"),
      issuer_dn: "C=AT, O=Garrison, CN=localhost",
      issuer_cn: "localhost",
      issuer_org: ["Garrison"],
      fingerprint_hash: {
        md5: (told["fingerprint_hash"] as { readonly md5: string }).md5,
        sha1: certificate.fingerprint.replaceAll(":", "").toLowerCase(),
        sha256: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
      },
      wildcard_certificate: true,
      tls_connection: "ctls",
      sni: "127.0.0.1",
    });
  });

  it("have each field as a value", async () => {
    const target = await tls(localKeyPair());
    const keys =
      "matchers: [{type: dsl, condition: and, dsl: ['self_signed', 'wildcard_certificate', 'contains(subject_an, \"localhost\")', 'tls_version == \"tls13\"']}]\n" +
      "extractors: [{type: kval, kval: [not_after, subject_cn]}]";
    const { findings, errors } = await scanWith(target, template(keys));
    assert.deepEqual(errors, []);
    assert.match(
      findings[0]?.["extracted-results"]?.join("|") ?? "",
      /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC\|localhost$/,
    );
  });

  it("know an expired certificate, and a host that it is for", async () => {
    const target = await tls(selfSigned("/CN=old.garrison.test", "DNS:old.garrison.test"));
    const later: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + 10 * 24 * 3_600_000 };
    const told = jsonOf(
      await scanWith(`old.garrison.test:${target.split(":")[1] ?? ""}`, template(response), {
        clock: later,
        scope: ["old.garrison.test", "127.0.0.1"],
        resolve: () => Promise.resolve(["127.0.0.1"]),
      }),
    );
    assert.equal(told["expired"], true);
    assert.equal(told["mismatched"], undefined);
  });

  for (const [version, name] of [
    ["TLSv1", "tls10"],
    ["TLSv1.1", "tls11"],
    ["TLSv1.2", "tls12"],
  ] as const) {
    it(`still speak ${name}`, async () => {
      const options = { minVersion: version, maxVersion: version, ciphers: "DEFAULT:@SECLEVEL=0" } as const;
      const told = jsonOf(await scanWith(await tls(localKeyPair(), options), template(response)));
      assert.equal(told["tls_version"], name);
      assert.equal(told["client_cert_required"], false);
    });
  }

  it("see the certificate of a server of SSL 3.0", async () => {
    const target = await listening(
      createTcpServer((socket) => socket.once("data", (bytes) => socket.write(inSsl3(bytes)))),
    );
    const told = jsonOf(await scanWith(target, template(`min_version: ssl30\nmax_version: ssl30\n${response}`)));
    assert.equal(told["tls_version"], "ssl30");
    assert.equal(told["cipher"], "TLS_RSA_WITH_RC4_128_SHA");
    assert.equal(told["subject_cn"], "localhost");
  });

  it("are refused in SSL 3.0 by a server that is newer", async () => {
    const outcome = await scanWith(await tls(localKeyPair()), template(`max_version: ssl30\n${response}`));
    assert.deepEqual(kindsOf(outcome), ["tls"]);
  });

  it("tell that the server wants a certificate of ours", async () => {
    const options = { requestCert: true, rejectUnauthorized: true, maxVersion: "TLSv1.2" } as const;
    const told = jsonOf(await scanWith(await tls(localKeyPair(), options), template(response)));
    assert.equal(told["client_cert_required"], true);
    assert.equal(told["subject_cn"], "localhost");
  });

  const limits = { sockets: { connectMs: 80 } };
  const hostile: readonly (readonly [string, (socket: Socket) => void, RegExp])[] = [
    ["says nothing", () => undefined, /^timeout$/],
    ["hangs up", (socket) => socket.destroy(), /^(connection-lost|tls)$/],
    ["speaks no TLS", (socket) => socket.end("SSH-2.0-server\r\n"), /^tls$/],
    ["sends byte by byte", (socket) => drip(socket), /^(timeout|tls)$/],
  ];
  for (const [what, serve, kind] of hostile) {
    it(`end in time with a server that ${what}`, async () => {
      const outcome = await scanWith(await listening(createTcpServer(serve)), template(response), limits);
      assert.match(kindsOf(outcome).join(), kind);
      assert.equal(outcome.requests.failed, 1);
    });
  }

  it("do not leave the scope", async () => {
    const keys = `ssl:\n  - address: "127.0.0.9:443"\n    ${response}`;
    assert.deepEqual(kindsOf(await scanWith("127.0.0.1:443", keys, { scope: ["127.0.0.1"] })), ["refused-by-scope"]);
  });
});

const drip = (socket: Socket): void => {
  const timer = setInterval(() => socket.write("\x16"), 5);
  socket.once("close", () => clearInterval(timer));
};

const sized = (bytes: Buffer, lengthBytes: number): Buffer => {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(bytes.length, 0, lengthBytes);
  return Buffer.concat([length, bytes]);
};

/** What a server of SSL 3.0 says to a hello: its own, and its certificate, in two records. */
const inSsl3 = (hello: Buffer): Buffer => {
  assert.deepEqual([...hello.subarray(0, 3)], [22, 3, 0]);
  const message = (kind: number, body: Buffer): Buffer => Buffer.concat([Buffer.from([kind]), sized(body, 3)]);
  const record = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([22, 3, 0]), sized(bytes, 2)]);
  const serverHello = Buffer.concat([Buffer.from([3, 0]), Buffer.alloc(32), Buffer.from([0, 0, 5, 0])]);
  const { raw } = new X509Certificate(localKeyPair().cert);
  const both = Buffer.concat([message(2, serverHello), message(11, sized(sized(raw, 3), 3))]);
  return Buffer.concat([record(both.subarray(0, 100)), record(both.subarray(100))]);
};
