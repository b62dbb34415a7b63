import assert from "node:assert/strict";
import { parseSyslog, syslogEvent, type SyslogMessage } from "../../../../src/engines/events/index.ts";

const read = (text: string): Omit<SyslogMessage, "structuredData"> & { structuredData?: unknown } => {
  const { structuredData, ...message } = parseSyslog(text);
  const elements = structuredData && Object.fromEntries(structuredData);
  return elements === undefined ? message : { ...message, structuredData: elements };
};

describe("reading syslog", () => {
  it("reads the examples of RFC 5424", () => {
    assert.deepEqual(
      read(
        "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \uFEFF'su root' failed for lonvick on /dev/pts/8",
      ),
      {
        format: "rfc5424",
        ...{ facility: 4, severity: 2, timestamp: "2003-10-11T22:14:15.003Z", occurredAtMs: 1_065_910_455_003 },
        ...{ hostname: "mymachine.example.com", appName: "su", msgId: "ID47" },
        text: "'su root' failed for lonvick on /dev/pts/8",
      },
    );
    const process = read(
      "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
    );
    assert.deepEqual([process.procId, process.occurredAtMs], ["8710", Date.UTC(2003, 7, 24, 12, 14, 15)]);
    const structured = read(
      '<165>1 2003-10-11T22:14:15.003Z m evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application"][examplePriority@32473 class="high"]',
    );
    assert.deepEqual(structured.structuredData, {
      "exampleSDID@32473": [
        ["iut", "3"],
        ["eventSource", "Application"],
      ],
      "examplePriority@32473": [["class", "high"]],
    });
    assert.equal(structured.text, "");
  });

  it("undoes the escapes of structured data, and takes nothing else for it", () => {
    const { structuredData, text } = read(String.raw`<1>1 - - - - - [a b="\"\\\]\n" b="2"][c] [d e="f"]`);
    assert.deepEqual(structuredData, {
      a: [
        ["b", String.raw`"\]\n`],
        ["b", "2"],
      ],
      c: [],
    });
    assert.equal(text, '[d e="f"]');
    for (const broken of ['[a b="]', '[a b="x"', "[a b=x]", "[]", "[=]", "x", '[a  b="x" ]'].map(
      (sd) => `<1>1 - - - - - ${sd}`,
    )) {
      assert.equal(read(broken).format, "rfc3164", broken);
    }
  });

  it("reads the examples of RFC 3164, and what devices make of it", () => {
    const cases: readonly (readonly [string, Partial<SyslogMessage>])[] = [
      [
        "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
        { facility: 4, severity: 2, hostname: "mymachine", appName: "su", text: "'su root' failed" },
      ],
      ["<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!", { hostname: "10.0.0.99", text: "Use the BFG!" }],
      [
        "<30>2026-05-01T12:00:00.25+02:00 h sshd[4721]: Failed",
        {
          hostname: "h",
          appName: "sshd",
          procId: "4721",
          occurredAtMs: Date.UTC(2026, 4, 1, 10, 0, 0, 250),
          text: "Failed",
        },
      ],
      ["<30>May  1 12:00:00 2001:db8::1 kernel: up", { hostname: "2001:db8::1", appName: "kernel", text: "up" }],
      [
        "<190>*May  1 2026 12:00:00.123 UTC: %SYS-5-CONFIG_I: by vty0",
        { timestamp: "May  1 2026 12:00:00.123 UTC", text: "%SYS-5-CONFIG_I: by vty0" },
      ],
      ["<30>app[7]: no time", { appName: "app", procId: "7", text: "no time" }],
      ["<30>only text", { text: "only text" }],
    ];
    for (const [text, expected] of cases) {
      const message = read(text);
      assert.equal(message.format, "rfc3164", text);
      for (const [key, value] of Object.entries(expected))
        assert.equal(message[key as keyof SyslogMessage], value, `${text}: ${key}`);
      assert.equal(message.occurredAtMs, expected.occurredAtMs, "a time without a zone is none");
    }
  });

  it("takes every other text as the message of a user", () => {
    for (const text of ["Use the BFG!", "<192>x", "<034>x", "<>x", "<1", "", "\u0000"]) {
      assert.deepEqual(read(text), { format: "bare", facility: 1, severity: 5, text });
    }
  });

  it("makes events of them, with CEF in either", () => {
    const defaults = { id: () => "1", source: "fw", kind: "network-attack" };
    const cef = "CEF:0|V|P|1|7|worm|9|src=10.0.0.1 rt=1777629600250";
    const hosts = [`<134>Feb 14 19:04:54 h ${cef}`, `<134>1 2026-05-01T00:00:00Z h - - - - ${cef}`].map((text) => {
      const { data, occurredAtMs } = syslogEvent(text, "10.9.9.9", defaults);
      assert.deepEqual(
        [data["name"], data["src"], data["message"], occurredAtMs],
        ["worm", "10.0.0.1", undefined, 1_777_629_600_250],
      );
      return (data["syslog"] as Record<string, unknown>)["hostname"];
    });
    assert.deepEqual(hosts, ["h", "h"]);
    for (const text of [cef, `<134>${cef}`, `<134>Feb 14 19:04:54 ${cef}`]) {
      assert.equal(syslogEvent(text, "10.9.9.9", defaults).data["name"], "worm", text);
    }
    const plain = syslogEvent('<1>1 - - - - - [__proto__ a="1" a="2"] CEF: no', "::1", defaults);
    assert.deepEqual(plain.data, {
      message: "CEF: no",
      sender: "::1",
      syslog: { format: "rfc5424", facility: 0, severity: 1, structuredData: { "[__proto__]": { a: ["1", "2"] } } },
    });
  });
});
