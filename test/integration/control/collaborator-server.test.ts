import assert from "node:assert/strict";
import { generateKeyPairSync, privateDecrypt, constants, createDecipheriv } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { decode, encode, streamDecode, streamEncode, type DecodedPacket, type RecordType } from "dns-packet";
import { systemRandom } from "../../../src/base/random.ts";
import { startCollaborator } from "../../../src/control/doors/collaborator/index.ts";
import { ControlError } from "../../../src/control/errors.ts";
import { Refusals } from "../../../src/control/access/refusals.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { until } from "../../support/until.ts";
import { fetchFrom, type Fetched, Oob, oobToken, Seen } from "./collaborator.ts";

const domain = "oob.example.test";
const correlationId = "c23b2la0kl1krjcrdj10";
const id = `${correlationId}cndmnioyyyyyn`;
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = (key: typeof publicKey): string =>
  Buffer.from(String(key.export({ type: "spki", format: "pem" })).replaceAll("PUBLIC KEY", "RSA PUBLIC KEY")).toString(
    "base64",
  );

const question = (name: string, type: RecordType | "ANY" = "A"): Buffer =>
  encode({ type: "query", id: 7, flags: 256, questions: [{ name, type: type as RecordType }] });

/** Asks by UDP; undefined when there is no answer. */
const ask = async (address: string, message: Buffer, waitMs = 2_000): Promise<DecodedPacket | undefined> => {
  const socket = createSocket("udp4");
  let answer: DecodedPacket | undefined;
  socket.on("message", (bytes) => (answer = decode(bytes)));
  const { port } = new URL(`http://${address}`);
  // A socket that is closed before its first message has left sends nothing.
  await new Promise<void>((resolve, reject) => {
    socket.send(message, Number(port), "127.0.0.1", (error) => (error === null ? resolve() : reject(error)));
  });
  await until(
    () => answer !== undefined,
    () => "no answer",
    waitMs,
  ).catch(() => undefined);
  await new Promise<void>((resolve) => socket.close(resolve));
  return answer;
};

describe("the collaborator", () => {
  let oob: Oob;
  afterEach(() => oob.stop());

  const at = (path: string): string => `http://${oob.collaborator.httpAddress}${path}`;
  const headers = { authorization: oobToken };
  const register = (change: Readonly<Record<string, string>> = {}): Promise<Fetched> => {
    const call = {
      "public-key": pem(publicKey),
      "secret-key": "a-secret-key",
      "correlation-id": correlationId,
      ...change,
    };
    return fetchFrom(at("/register"), { method: "POST", headers, body: JSON.stringify(call) });
  };
  const poll = (secret = "a-secret-key"): Promise<Fetched> =>
    fetchFrom(at(`/poll?id=${correlationId}&secret=${secret}`), { headers });

  /** As interactsh's own client reads it. */
  const read = ({ body }: Fetched): readonly Readonly<Record<string, string>>[] => {
    const { data, aes_key } = JSON.parse(body) as { readonly data: readonly string[]; readonly aes_key: string };
    const padding = { oaepHash: "sha256", padding: constants.RSA_PKCS1_OAEP_PADDING };
    const key = privateDecrypt({ key: privateKey, ...padding }, Buffer.from(aes_key, "base64"));
    return data.map((text) => {
      const bytes = Buffer.from(text, "base64");
      const decipher = createDecipheriv("aes-256-ctr", key, bytes.subarray(0, 16));
      return JSON.parse(decipher.update(bytes.subarray(16)).toString()) as Record<string, string>;
    });
  };

  it("serves a client that was written from the protocol: register, poll once, deregister", async () => {
    oob = await Oob.start({ domain });
    assert.equal((await register()).body, '{"message":"registration successful"}\n');
    assert.match((await register()).body, /correlation-id provided already exists/);
    await fetchFrom(at("/x.json"), { method: "POST", headers: { host: `Data.${id}.${domain}` }, body: "stolen" });
    assert.match((await poll("another-secret")).body, /invalid secret key/);
    const [one, ...more] = read(await poll());
    assert.equal(more.length, 0);
    assert.equal(one?.["protocol"], "http");
    assert.equal(one["unique-id"], id);
    assert.equal(one["full-id"], `Data.${id}`);
    assert.match(one["raw-request"] ?? "", /^POST \/x\.json HTTP\/1\.1\r\nhost: [^]*\r\n\r\nstolen$/);
    assert.match(one["raw-response"] ?? "", new RegExp(`\r\n\r\n\\{"data":"${id.split("").reverse().join("")}"\\}$`));
    assert.ok(!Number.isNaN(Date.parse(one["timestamp"] ?? "")));
    assert.deepEqual(read(await poll()), []);
    const goodbye = (secret: string): Promise<Fetched> => {
      const body = JSON.stringify({ "correlation-id": correlationId, "secret-key": secret });
      return fetchFrom(at("/deregister"), { method: "POST", headers, body });
    };
    assert.match((await goodbye("another")).body, /invalid secret key/);
    assert.equal((await goodbye("a-secret-key")).status, 200);
    const gone = await poll();
    assert.equal(gone.status, 400);
    assert.match(gone.body, /could not get correlation-id from cache/);
  });

  it("answers as interactsh does, whether the id is in the host or in the path", async () => {
    oob = await Oob.start({ domain });
    await register();
    const reversed = id.split("").reverse().join("");
    const bodies = [
      ["/", `a.${id}.${domain}`, `<html><head></head><body>${reversed}</body></html>`],
      [`/${id}`, "127.0.0.1", `<html><head></head><body>${reversed}</body></html>`],
      [`/${id}/a.xml`, "127.0.0.1", `<data>${reversed}</data>`],
      ["/robots.txt", `${id}.${domain}`, `User-agent: *\nDisallow: / # ${reversed}`],
    ] as const;
    for (const [path, host, body] of bodies)
      assert.equal((await fetchFrom(at(path), { headers: { host } })).body, body);
    const banner = await fetchFrom(at("/"));
    assert.match(banner.body, /^<h1> Interactsh Server <\/h1>/);
    assert.equal(banner.headers["server"], domain);
    assert.equal(read(await poll()).length, bodies.length);
  });

  it("refuses calls without the token, from pages, for other hosts, and what is no registration", async () => {
    oob = await Oob.start();
    const path = `/poll?id=${correlationId}&secret=s`;
    assert.equal((await fetchFrom(at(path))).status, 401);
    assert.equal((await fetchFrom(at(path), { headers: { authorization: "other" } })).status, 401);
    assert.equal((await fetchFrom(at(path), { headers: { ...headers, origin: "http://page.test" } })).status, 403);
    assert.equal((await fetchFrom(at(path), { headers: { ...headers, host: "page.test" } })).status, 403);
    for (const reason of ["no-token", "wrong-token", "cross-origin", "bad-host"] as const) {
      assert.equal(oob.refusals.of("collaborator", reason), 1, reason);
    }
    const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
    const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    const wrong = [
      { "correlation-id": "short" },
      { "correlation-id": "UPPERCASE0123456789A" },
      { "secret-key": "" },
      { "public-key": "" },
      { "public-key": pem(small) },
      { "public-key": pem(curve) },
    ];
    for (const change of wrong) assert.equal((await register(change)).status, 400, JSON.stringify(change));
    const huge = await fetchFrom(at("/register"), { method: "POST", headers, body: Buffer.alloc(100_000, 32) });
    assert.match(huge.body, /could not decode json body/);
    assert.equal(oob.collaborator.sessions, 0);
  });

  it("bounds sessions, and drops those that nobody polls", async () => {
    const clock = new ManualClock();
    oob = await Oob.start({ clock, limits: { sessions: 1, idleMs: 60_000 } });
    assert.equal((await register()).status, 200);
    const other = { "correlation-id": "c23b2la0kl1krjcrdj11" };
    assert.match((await register(other)).body, /too many sessions/);
    assert.equal(oob.refusals.of("collaborator", "too-many-sessions"), 1);
    clock.advance(59_000);
    await poll();
    clock.advance(59_000);
    assert.equal(oob.collaborator.sessions, 1);
    clock.advance(2_000);
    assert.equal((await register(other)).status, 200);
    assert.match((await poll()).body, /could not get correlation-id/);
  });

  it("keeps the begin of long bodies, and the contact when a body never ends", async () => {
    oob = await Oob.start({ limits: { bodyBytes: 2_000 } });
    await register();
    await fetchFrom(at(`/${id}`), { method: "POST", body: "y".repeat(5_000) });
    await fetchFrom(at(`/${id}`), { method: "POST", body: Buffer.alloc(3_000_000, 120) }).catch(() => undefined);
    const bodies = read(await poll()).map((one) => (one["raw-request"] ?? "").split("\r\n\r\n")[1]);
    assert.deepEqual(bodies, ["y".repeat(2_000), "x".repeat(2_000)]);
  });

  it("answers DNS for its domain by UDP and TCP, and records who asked for an id", async () => {
    oob = await Oob.start({ domain, dns: "127.0.0.1:0", answer: "127.0.0.77" });
    const session = oob.session({ server: { ...oob.server, domain }, waitMs: 5_000 });
    const url = await session.url();
    const seen = new Seen();
    session.watch(url, seen);
    const mixed = `eXfil.${url.toUpperCase()}`;
    const dnsAddress = oob.collaborator.dnsAddress ?? "";
    const byUdp = await ask(dnsAddress, question(mixed));
    assert.deepEqual(byUdp?.answers, [
      { name: mixed, type: "A", ttl: 60, class: "IN", flush: false, data: "127.0.0.77" },
    ]);
    const { port } = new URL(`http://${dnsAddress}`);
    const socket = connect(Number(port), "127.0.0.1");
    const message = streamEncode({ type: "query", id: 9, questions: [{ name: url, type: "TXT" }] });
    socket.write(message.subarray(0, 5));
    socket.write(message.subarray(5));
    const [byTcp] = await new Promise<readonly DecodedPacket[]>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("data", (bytes: Buffer) => resolve([streamDecode(bytes) as DecodedPacket]));
    });
    assert.equal(byTcp?.answers?.[0]?.type, "TXT");
    socket.destroy();
    await until(
      () => seen.interactions.length === 2,
      () => seen,
    );
    const [udp] = seen.interactions;
    assert.equal(udp?.protocol, "dns");
    assert.equal(udp.uniqueId, session.idOf(url));
    assert.equal(udp.fullId, `eXfil.${session.idOf(url).toUpperCase()}`);
    assert.match(udp.request, /^;; opcode: QUERY, status: NOERROR, id: 7\n;; flags: rd; QUERY: 1/);
    assert.ok(udp.request.includes(`\n;${mixed}.\tIN\t A`), udp.request);
    assert.ok(udp.response.includes("\tIN\tA\t127.0.0.77"), udp.response);
    assert.equal(udp.remoteAddress, "127.0.0.1");
  });

  it("answers every type it has for its domain, and refuses what is not below it", async () => {
    oob = await Oob.start({ domain, dns: "127.0.0.1:0" });
    const dnsAddress = oob.collaborator.dnsAddress ?? "";
    const answers = async (name: string, type: RecordType | "ANY"): Promise<string> => {
      const packet = await ask(dnsAddress, question(name, type));
      const records = (packet?.answers ?? []).map((record) => record.type).join();
      return `${packet === undefined ? "silent" : (packet.flags ?? 0) & 15} ${records} ${(packet?.authorities ?? []).map((record) => record.type).join()}`;
    };
    assert.equal(await answers(domain, "A"), "0 A ");
    assert.equal(await answers(domain, "ANY"), "0 A ");
    assert.equal(await answers(`a.b.${domain}`, "MX"), "0 MX ");
    assert.equal(await answers(domain, "NS"), "0 NS,NS ");
    assert.equal(await answers(domain, "SOA"), "0 SOA ");
    assert.equal(await answers(domain, "AAAA"), "0  SOA");
    assert.equal(await answers(`not${domain}`, "A"), "5  ");
    assert.equal(await answers("example.test", "A"), "5  ");
    assert.equal(oob.refusals.of("collaborator", "other-name"), 2);
  });

  it("survives what is no DNS", async () => {
    oob = await Oob.start({ domain, dns: "127.0.0.1:0" });
    const dnsAddress = oob.collaborator.dnsAddress ?? "";
    const response = encode({ type: "response", questions: [{ name: domain, type: "A" }] });
    const pointerLoop = Buffer.from("000700000001000000000000c00c00010001", "hex");
    const rubbish = [
      Buffer.alloc(0),
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      question(domain).subarray(0, 14),
      response,
      pointerLoop,
    ];
    for (const message of rubbish) void ask(dnsAddress, message, 1);
    await until(
      () => oob.refusals.of("collaborator", "not-dns") === rubbish.length,
      () => oob.refusals.all(),
    );
    assert.equal((await ask(dnsAddress, question(domain)))?.answers?.length, 1);
  });

  it("listens on loopback only", async () => {
    oob = await Oob.start();
    const setup = { clock: new ManualClock(), random: systemRandom, refusals: new Refusals() };
    const isRefused = (error: unknown): boolean => error instanceof ControlError && error.code === "not-loopback";
    await assert.rejects(startCollaborator({ ...setup, http: "0.0.0.0:0" }), isRefused);
    await assert.rejects(startCollaborator({ ...setup, http: "127.0.0.1:0", domain, dns: "0.0.0.0:0" }), isRefused);
    const taken = oob.collaborator.httpAddress;
    await assert.rejects(
      startCollaborator({ ...setup, http: taken }),
      (error) => error instanceof ControlError && error.code === "listen-failed",
    );
  });
});
