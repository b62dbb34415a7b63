import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import type { Answer } from "dns-packet";
import { type Asked, type DnsReply, type DnsServer, startDnsServer } from "../../../support/dns-server.ts";
import { kindsOf, scanWith } from "./protocol-scan.ts";

const raw = "extractors: [{type: dsl, dsl: [raw]}]";
const template = (keys: string): string => `dns:\n  - ${keys.replaceAll("\n", "\n    ")}`;
const record = (type: Answer["type"], data: unknown): Answer =>
  ({ type, name: "www.garrison.test", class: "IN", ttl: 60, data }) as Answer;

describe("dns requests of templates", () => {
  let server: DnsServer;
  let asked: Asked[];

  before(async () => {
    server = await startDnsServer(() => undefined);
  });
  after(() => server.close());

  const serve = (reply: (question: Asked) => DnsReply | undefined): void => {
    asked = [];
    server.talk = (question) => {
      asked.push(question);
      return reply(question);
    };
  };
  const scan = (keys: string, target = "www.garrison.test", scope = ["garrison.test", "*.garrison.test"]) =>
    scanWith(target, template(keys), { scope, dnsServers: [`127.0.0.1:${server.port}`], sockets: { readMs: 60 } });
  const extracted = async (keys: string, target?: string): Promise<string> =>
    (await scan(keys, target)).findings[0]?.["extracted-results"]?.join("|") ?? "";

  it("show the answer as miekg/dns prints it", async () => {
    serve(() => ({
      answers: [record("A", "127.0.0.7"), record("MX", { preference: 10, exchange: "mx.garrison.test" })],
    }));
    const text = await extracted(`name: "{{FQDN}}"\ntype: A\n${raw}`);
    assert.equal(
      text.replace(/id: \d+/, "id: 1"),
      ";; opcode: QUERY, status: NOERROR, id: 1\n;; flags: qr rd; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 0\n" +
        "\n;; QUESTION SECTION:\n;www.garrison.test.\tIN\t A\n" +
        "\n;; ANSWER SECTION:\nwww.garrison.test.\t60\tIN\tA\t127.0.0.7\n" +
        "www.garrison.test.\t60\tIN\tMX\t10 mx.garrison.test.\n",
    );
  });

  const rendered: readonly (readonly [Answer, string])[] = [
    [record("NS", "ns.garrison.test"), "ns.garrison.test."],
    [record("CNAME", "a b.garrison.test"), "a\\ b.garrison.test."],
    [record("AAAA", "2001:db8:0:0:0:0:0:1"), "2001:db8::1"],
    [record("TXT", ['v="1"', Buffer.from([0xff, 0x41])]), '"v=\\"1\\"" "\\255A"'],
    [record("CAA", { flags: 0, tag: "issue", value: "ca.test; x=1" }), '0 issue "ca.test; x=1"'],
    [record("SRV", { priority: 1, weight: 2, port: 443, target: "s.test" }), "1 2 443 s.test."],
    [record("DS", { keyTag: 7, algorithm: 8, digestType: 2, digest: Buffer.from([0xab, 0xcd]) }), "7 8 2 ABCD"],
    [record("TLSA", { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.from([0xab]) }), "3 1 1 ab"],
    [
      record("SOA", { mname: "ns.test", rname: "me.test", serial: 5, refresh: 4, retry: 3, expire: 2, minimum: 1 }),
      "ns.test. me.test. 5 4 3 2 1",
    ],
  ];
  for (const [answer, text] of rendered) {
    it(`have a ${answer.type} record's data under its type`, async () => {
      serve(() => ({ answers: [answer] }));
      const name = answer.type.toLowerCase();
      assert.equal(
        await extracted(`name: "{{FQDN}}"\ntype: ${answer.type}\nextractors: [{type: kval, kval: [${name}]}]`),
        text,
      );
      assert.equal(asked[0]?.type, answer.type);
    });
  }

  it("list what several records of a type say, and the code of the response", async () => {
    serve(() => ({ rcode: 3, answers: [record("A", "127.0.0.7"), record("A", "127.0.0.8")] }));
    const keys = `name: "{{FQDN}}"\ntype: A\nmatchers: [{type: status, part: rcode, status: [3]}]\nextractors: [{type: dsl, dsl: ['len(a)', 'rcode']}]`;
    assert.equal(await extracted(keys), "2|3");
  });

  it("ask again over TCP when the answer was cut off", async () => {
    serve(() => ({ answers: [record("TXT", "all of it")], truncated: true }));
    assert.equal(
      await extracted(`name: "{{FQDN}}"\ntype: TXT\nextractors: [{type: kval, kval: [txt]}]`),
      '"all of it"',
    );
    assert.deepEqual(
      asked.map(({ transport }) => transport),
      ["udp", "tcp"],
    );
  });

  it("put the parts of the target's name in", async () => {
    serve(() => ({}));
    await scan('name: "{{SD}}-{{DN}}-{{TLD}}.{{RDN}}"\ntype: A', "a.b.garrison.co.uk", ["*.garrison.co.uk"]);
    assert.equal(asked[0]?.name, "a.b-garrison-co.uk.garrison.co.uk");
  });

  it("ask about an address by its reverse name, and about its name not at all", async () => {
    serve(() => ({ answers: [record("PTR", "host.test")] }));
    const ptr = await scan(`name: "{{FQDN}}"\ntype: PTR\n${raw}`, "127.0.0.1", ["127.0.0.1:80"]);
    assert.equal(asked[0]?.name, "1.0.0.127.in-addr.arpa");
    assert.equal(ptr.findings.length, 1);
    const named = await scan(`name: "{{FQDN}}"\ntype: A\n${raw}`, "127.0.0.1", ["127.0.0.1"]);
    assert.deepEqual(kindsOf(named), ["protocol"]);
    assert.equal(asked.length, 1);
  });

  it("do not ask about what is out of scope, nor servers that are", async () => {
    serve(() => ({}));
    const outOfScope = await scan('name: "other.test"\ntype: A');
    assert.deepEqual(kindsOf(outOfScope), ["refused-by-scope"]);
    const reverse = await scan('name: "9.0.0.127.in-addr.arpa"\ntype: PTR');
    assert.deepEqual(kindsOf(reverse), ["refused-by-scope"]);
    const server2 = await scan(`name: "{{FQDN}}"\ntype: A\nresolvers: ["127.0.0.1:${server.port}"]`);
    assert.deepEqual(kindsOf(server2), ["refused-by-scope"]);
    assert.deepEqual(asked, []);
  });

  it("ask about service names below a name in scope", async () => {
    serve(() => ({}));
    await scan('name: "_dmarc.{{FQDN}}"\ntype: TXT', "only.garrison.test", ["only.garrison.test:443"]);
    assert.equal(asked[0]?.name, "_dmarc.only.garrison.test");
  });

  it("refuse what is no name", async () => {
    serve(() => ({}));
    for (const name of [`${"a".repeat(64)}.garrison.test`, "a..garrison.test", "{{nothing}}.garrison.test"]) {
      assert.deepEqual(kindsOf(await scan(`name: "${name}"\ntype: A`)), ["protocol"]);
    }
    assert.deepEqual(asked, []);
  });

  it("end in time with a server that says nothing", async () => {
    serve(() => undefined);
    const outcome = await scan(`name: "{{FQDN}}"\ntype: A\nretries: 2\n${raw}`);
    assert.deepEqual(kindsOf(outcome), ["timeout"]);
    assert.equal(asked.length, 2);
  });

  for (const [what, answer] of [
    ["noise", () => Buffer.from("not a message")],
    ["answers to other questions", (query: Buffer) => Buffer.concat([Buffer.from([1, 2, 0x80, 0]), query.subarray(4)])],
    ["a name that points at itself", (query: Buffer) => pointed(query)],
  ] as const) {
    it(`end in time with a server that sends ${what}`, async () => {
      const noisy = createSocket("udp4");
      await new Promise<void>((resolve) => noisy.bind(0, "127.0.0.1", resolve));
      noisy.on("message", (query, from) => {
        for (let count = 0; count < 200; count += 1) noisy.send(answer(query), from.port, from.address);
      });
      const outcome = await scanWith("www.garrison.test", template(`name: "{{FQDN}}"\nretries: 1\ntype: A\n${raw}`), {
        scope: ["*.garrison.test"],
        dnsServers: [`127.0.0.1:${noisy.address().port}`],
        sockets: { readMs: 200 },
      });
      noisy.close();
      assert.equal(outcome.requests.failed, 1);
      assert.match(kindsOf(outcome).join(), /^(protocol|timeout)$/);
    });
  }
});

/** An answer whose record's name is a pointer to itself. */
const pointed = (query: Buffer): Buffer => {
  const bytes = Buffer.concat([
    query.subarray(0, query.length - 11),
    Buffer.from([0xc0, query.length - 11, 0, 1, 0, 1]),
  ]);
  bytes.writeUInt16BE(0x8180, 2);
  bytes.writeUInt16BE(1, 6);
  bytes.writeUInt16BE(0, 10);
  return bytes;
};
