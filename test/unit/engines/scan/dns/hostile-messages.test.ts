import assert from "node:assert/strict";
import { type Answer, encode } from "dns-packet";
import { seededRandom } from "../../../../../src/base/random.ts";
import { decodeMessage, type Message } from "../../../../../src/engines/scan/dns/message.ts";
import { messageText } from "../../../../../src/engines/scan/dns/message-text.ts";
import { recordData } from "../../../../../src/engines/scan/dns/record-text.ts";

const at = { name: "www.garrison.test", class: "IN", ttl: 60 } as const;
const some = Buffer.from("some bytes");
const answers: readonly Answer[] = [
  { ...at, type: "A", data: "127.0.0.7" },
  { ...at, type: "AAAA", data: "::ffff:127.0.0.7" },
  { ...at, type: "TXT", data: [some, some] },
  { ...at, type: "MX", data: { preference: 1, exchange: "mx.test" } },
  { ...at, type: "SOA", data: { mname: "ns.test", rname: "me.test", serial: 1 } },
  { ...at, type: "CAA", data: { flags: 0, tag: "issue", value: "ca.test" } },
  { ...at, type: "SRV", data: { port: 1, target: "a.test" } },
  { ...at, type: "DS", data: { keyTag: 1, algorithm: 1, digestType: 1, digest: Buffer.alloc(20, 7) } },
  { ...at, type: "TLSA", data: { usage: 1, selector: 1, matchingType: 1, certificate: some } },
  { ...at, type: "HINFO", data: { cpu: "c", os: "o" } },
  {
    ...at,
    type: "NAPTR",
    data: { order: 1, preference: 1, flags: "s", services: "x", regexp: "", replacement: "a.test" },
  },
  { ...at, type: "NSEC", data: { nextDomain: "b.test", rrtypes: ["A", "MX"] } },
  { ...at, type: "RP", data: { mbox: "a.test", txt: "b.test" } },
  { ...at, type: "DNSKEY", data: { flags: 257, algorithm: 8, key: some } },
  { ...at, type: "URI", data: some },
];

describe("messages of hostile DNS servers", () => {
  const whole = encode({ type: "response", id: 1, questions: [{ type: "A", name: at.name }], answers: [...answers] });

  it("show an address that carries another, and data of unknown types", () => {
    const { answers: read } = decodeMessage(whole);
    assert.equal(recordData(read[1] as Answer), "::ffff:127.0.0.7");
    assert.equal(recordData(read[14] as Answer), `\\# 10 ${some.toString("hex")}`);
  });

  it("are refused or shown, and never fail on the way", () => {
    const random = seededRandom(4);
    let shown = 0;
    for (let count = 0; count < 3_000; count += 1) {
      const bytes = Buffer.from(whole.subarray(0, random.below(20) === 0 ? random.below(whole.length) : whole.length));
      for (let changes = random.below(6); changes >= 0 && bytes.length > 0; changes -= 1) {
        bytes[random.below(bytes.length)] = random.below(256);
      }
      const message = decoded(bytes);
      if (message === undefined) continue;
      shown += 1;
      const text = messageText(message);
      assert.equal(Buffer.from(text, "latin1").toString("latin1"), text, "a byte string");
      assert.match(text, /^;; opcode: /);
    }
    assert.ok(shown > 500, String(shown));
  });
});

const decoded = (bytes: Buffer): Message | undefined => {
  try {
    return decodeMessage(bytes);
  } catch {
    return undefined;
  }
};
