import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { decode, encode } from "dns-packet";
import { closeSites, errorKinds, scan, startSite, startTlsSite, templateOf } from "./site.ts";

/** A name server for names below `.test`. */
const startNames = async (asked: string[]): Promise<{ readonly address: string; close(): void }> => {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => {
    const { id = 0, questions = [] } = decode(bytes);
    for (const { name, type } of questions) asked.push(`${type} ${name}`);
    const [question] = questions;
    const answers =
      question?.type === "CNAME" ? [{ type: "CNAME" as const, name: question.name, data: "other.test" }] : [];
    socket.send(encode({ type: "response", id, questions, answers }), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { address: `127.0.0.1:${socket.address().port}`, close: () => socket.close() };
};

const dslOf = (expression: string): string =>
  `path: ["{{BaseURL}}/"]\nmatchers:\n  - type: dsl\n    dsl: ['${expression}']`;

describe("expressions that ask the network", () => {
  afterEach(closeSites);

  it("ask the DNS servers of the run about names in scope only", async () => {
    const asked: string[] = [];
    const names = await startNames(asked);
    try {
      const site = await startSite((_request, response) => response.end("x"));
      const setup = { scope: ["127.0.0.1", "known.test"], dnsServers: [names.address] };
      const found = async (expression: string): Promise<number> =>
        (await scan(site.url, [templateOf(dslOf(expression))], setup)).findings.length;
      assert.equal(await found('resolve("known.test", "cname") == "other.test"'), 1);
      assert.equal(await found('resolve("known.test", "cname") == "another.test"'), 0);
      assert.equal(await found('resolve("foreign.test", "cname") == "other.test"'), 0);
      assert.deepEqual(asked, ["CNAME known.test", "CNAME known.test"]);
    } finally {
      names.close();
    }
  });

  it("take a JARM fingerprint within the scope, through the run's leave to send", async () => {
    const site = await startTlsSite((_request, response) => response.end("x"));
    const jarm = templateOf(dslOf('len(jarm(Hostname)) == 62 && !starts_with(jarm(Hostname), "000")'));
    const outcome = await scan(site.url, [jarm]);
    assert.deepEqual([outcome.findings.length, errorKinds(outcome)], [1, []]);
    const other = templateOf(dslOf('len(jarm("127.0.0.2:1")) == 62'));
    assert.equal((await scan(site.url, [other])).findings.length, 0);
  });
});
