import assert from "node:assert/strict";
import { cefContent, parseCef, type CefContent } from "../../../../src/engines/events/index.ts";

const head = "CEF:0|Vendor|Product|1.0|100|Name|5|";
const read = (text: string): CefContent => {
  const message = parseCef(text);
  assert.ok(message, "it is no CEF");
  return cefContent(message);
};

// Examples of the standard's section "Character encoding" among them.
describe("reading CEF", () => {
  it("undoes the escapes of the header", () => {
    const { data } = read(
      String.raw`CEF:0|security|threatmanager|1.0|100|detected a \| in message \\ twice|10|src=10.0.0.1`,
    );
    assert.equal(data["name"], String.raw`detected a | in message \ twice`);
    assert.deepEqual([data["cefVersion"], data["deviceVendor"], data["severity"]], ["0", "security", 10]);
  });

  it("keeps spaces, escaped equals signs and line ends in values", () => {
    const { data } = read(
      String.raw`${head}act=blocked a \= dst=1.1.1.1 msg=first\nsecond \\ third filePath=C:\Program Files\a b.exe request=http://a/?b\=c&d=e`,
    );
    assert.equal(data["act"], "blocked a =");
    assert.equal(data["dst"], "1.1.1.1");
    assert.equal(data["msg"], "first\nsecond \\ third");
    assert.equal(data["filePath"], String.raw`C:\Program Files\a b.exe`);
    assert.equal(data["request"], "http://a/?b=c&d=e");
  });

  it("names labelled fields by their labels, and makes numbers of what are numbers", () => {
    const { data } = read(
      `${head}cs1=r one cs1Label=Rule Name cn1=7 cn1Label=Count cs2Label=None spt=22 dpt=x suser=42`,
    );
    assert.deepEqual(data["custom"], { "Rule Name": "r one", Count: 7 });
    assert.deepEqual([data["spt"], data["dpt"], data["suser"]], [22, "x", "42"]);
  });

  it("reads times that say their zone", () => {
    const cases: readonly (readonly [string, number | undefined])[] = [
      ["rt=1777629600250", 1_777_629_600_250],
      ["rt=May 01 2026 12:00:00.250 UTC", Date.UTC(2026, 4, 1, 12, 0, 0, 250)],
      ["rt=May 1 2026 12:00:00 GMT+02:00", Date.UTC(2026, 4, 1, 10)],
      ["rt=May 01 2026 12:00:00", undefined],
      ["end=1777629600250 start=1777629600001", 1_777_629_600_001],
      ["rt=Abc 01 2026 12:00:00 UTC", undefined],
    ];
    for (const [extension, ms] of cases) assert.equal(read(head + extension).occurredAtMs, ms, extension);
  });

  it("lets no extension pass for the header", () => {
    const { data } = read(`${head}name=other deviceVendor=other src=1.1.1.1`);
    assert.deepEqual([data["name"], data["deviceVendor"], data["src"]], ["Name", "Vendor", "1.1.1.1"]);
  });

  it("leaves no extension out, however many stand before it", () => {
    const padding = Array.from({ length: 2_000 }, (_, n) => `k${n}=0`).join(" ");
    assert.equal(parseCef(`CEF:0|V|P|1|c|n|5|${padding} act=blocked`)?.extensions.get("act"), "blocked");
  });

  it("takes a message without extensions, and no other text", () => {
    assert.equal(parseCef("CEF:1|a|b|c|d|e|High")?.severity, "High");
    assert.equal(parseCef(head)?.extensions.size, 0);
    for (const text of [
      "",
      "CEF:",
      "CEF:0|a|b|c|d|e",
      "CEF:x|a|b|c|d|e|f|",
      " CEF:0|a|b|c|d|e|f|",
      "LEEF:2.0|a|b|c|d|",
    ]) {
      assert.equal(parseCef(text), undefined, text);
    }
  });
});
