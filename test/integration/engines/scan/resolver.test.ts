import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { resolverOf, type Resolver } from "../../../../src/engines/scan/index.ts";
import { anyResponse, closeSites, errorKinds, scan, startSite } from "./site.ts";

const typeA = 1;

/** A DNS server that knows the IPv4 addresses of these names and no others. */
const startDns = async (known: Readonly<Record<string, string>>, asked: string[]): Promise<Socket> => {
  const server = createSocket("udp4");
  server.on("message", (query, { address, port }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join(".").toLowerCase();
    const type = query.readUInt16BE(at + 1);
    const found = type === typeA ? known[name] : undefined;
    asked.push(`${name} ${type}`);
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(Object.hasOwn(known, name) ? 0x8180 : 0x8183, 2);
    head.writeUInt16BE(found === undefined ? 0 : 1, 6);
    head.writeUInt32BE(0, 8);
    const answer =
      found === undefined
        ? []
        : [Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4, ...found.split(".").map(Number)])];
    server.send(Buffer.concat([head, query.subarray(12, at + 5), ...answer]), port, address);
  });
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  return server;
};

describe("a resolver of given DNS servers", () => {
  let dns: Socket;
  let resolve: Resolver;
  let asked: string[];

  before(async () => {
    dns = await startDns({ "site.test": "127.0.0.1", "wide.test": "127.0.0.7" }, (asked = []));
    resolve = resolverOf([`127.0.0.1:${dns.address().port}`]);
  });
  beforeEach(() => asked.splice(0));
  afterEach(closeSites);
  after(() => void dns.close());

  it("asks them and gives what they know", async () => {
    assert.deepEqual(await resolve("site.test"), ["127.0.0.1"]);
    assert.deepEqual(await resolve("wide.test"), ["127.0.0.7"]);
    assert.deepEqual(asked.toSorted(), ["site.test 1", "site.test 28", "wide.test 1", "wide.test 28"]);
    await assert.rejects(resolve("gone.test"), { code: "ENOTFOUND" });
  });

  it("does not ask for loopback", async () => {
    assert.deepEqual(await resolve("localhost"), ["127.0.0.1", "::1"]);
    assert.deepEqual(await resolve("App.Localhost."), ["127.0.0.1", "::1"]);
    assert.deepEqual(asked, []);
  });

  it("leads a scan, within its scope", async () => {
    const site = await startSite((request, response) => response.end(request.headers.host));
    const target = (name: string): string => `http://${name}:${site.port}`;
    const found = await scan(target("site.test"), [anyResponse("/")], { scope: ["site.test", "127.0.0.1"], resolve });
    assert.equal(found.findings[0]?.ip, "127.0.0.1");
    const scope = ["wide.test", "gone.test", "127.0.0.1"];
    const inside = await scan(target("wide.test"), [anyResponse("/")], { scope, resolve });
    assert.deepEqual(errorKinds(inside), ["refused-by-scope"]);
    const gone = await scan(target("gone.test"), [anyResponse("/")], { scope, resolve });
    assert.deepEqual(errorKinds(gone), ["unreachable"]);
  });
});
