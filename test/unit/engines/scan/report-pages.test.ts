import assert from "node:assert/strict";
import { parse } from "parse5";
import { compareFindings } from "../../../../src/engines/scan/report/changes.ts";
import { htmlReport } from "../../../../src/engines/scan/report/html.ts";
import { markdownReport } from "../../../../src/engines/scan/report/markdown.ts";
import type { ScanReport } from "../../../../src/engines/scan/report/scan-report.ts";
import { htmlFaults } from "../../../support/html-faults.ts";
import { complete, finding, hostileFinding } from "./report-sample.ts";

const html = (report: ScanReport): string => [...htmlReport(report)].join("");
const markdown = (report: ScanReport): string => [...markdownReport(report)].join("");

/** Names of all elements and attributes that a browser would see in the page. */
const seenBy = (page: string): { readonly elements: ReadonlySet<string>; readonly attributes: ReadonlySet<string> } => {
  const elements = new Set<string>();
  const attributes = new Set<string>();
  const walk = (node: object): void => {
    if ("tagName" in node) elements.add(String(node.tagName));
    if ("attrs" in node) for (const { name } of node.attrs as readonly { name: string }[]) attributes.add(name);
    if ("childNodes" in node) for (const child of node.childNodes as readonly object[]) walk(child);
  };
  walk(parse(page));
  return { elements, attributes };
};

/** Lines outside of code blocks. */
const proseOf = (text: string): readonly string[] => {
  let fence: string | undefined;
  return text.split("\n").filter((line) => {
    const [, ticks] = /^ *(`{3,})/.exec(line) ?? [];
    if (fence !== undefined) {
      if (line.trim() === fence) fence = undefined;
      return false;
    }
    fence = ticks;
    return ticks === undefined;
  });
};

const incomplete: ScanReport = {
  findings: [
    finding("b", "low"),
    finding("a", "critical"),
    finding("a", "critical", { "matched-at": "http://h.test/2" }),
  ],
  complete: false,
  gaps: ["http://h.test: <b>host</b> does not answer (3 requests)"],
};

for (const [format, render, escapedGap] of [
  ["HTML", html, "&lt;b&gt;host&lt;/b&gt; does not answer (3 requests)"],
  ["Markdown", markdown, "\\<b\\>host\\<\\/b\\> does not answer \\(3 requests\\)"],
] as const) {
  describe(`${format} reports`, () => {
    it("say first what was not looked at", () => {
      const text = render(incomplete);
      const at = text.indexOf("This scan is incomplete");
      assert.ok(at > 0 && at < text.indexOf(escapedGap), text);
      assert.ok(text.indexOf(escapedGap) < text.indexOf("Name of"), "before the findings");
      assert.doesNotMatch(render(complete(finding("a", "low"))), /incomplete/);
    });

    it("go by severity, then by template", () => {
      const names = [...render(incomplete).matchAll(/Name of (\w)/g)].map(([, id]) => id);
      assert.deepEqual(names, ["a", "b"]);
    });

    it("cut evidence that is long, and say so", () => {
      const text = render(complete(finding("a", "low", { response: "x".repeat(100_000) })));
      assert.ok(text.length < 20_000);
      assert.match(text, /response \(cut\)/);
    });

    it("keep the evidence of very many findings within bounds", () => {
      const response = "y".repeat(4_096);
      const text = render(
        complete(...Array.from({ length: 6_000 }, (_, at) => finding(`a${at}`, "low", { response }))),
      );
      assert.ok(text.length < 24 * 1_048_576, String(text.length));
      assert.match(text, /Name of a5999/);
    });

    it("tell what has changed since an earlier scan", () => {
      const [a, b, c] = ["a", "b", "c"].map((id) => finding(id, "low"));
      assert.ok(a && b && c);
      const text = render({ ...complete(b, c), changes: compareFindings([a, b], [b, c], () => false) });
      for (const words of ["1 new", "1 unknown", "0 fixed", "1 unchanged"]) assert.ok(text.includes(words), words);
    });

    it("say that there is nothing when nothing was found", () => assert.match(render(complete()), /No findings/));
  });
}

describe("HTML reports of hostile sites", () => {
  const page = html(complete(hostileFinding()));

  it("have only the elements and attributes of the report itself", () => {
    const plain = seenBy(
      html(complete(finding("a", "high", { info: { name: "n", author: [], severity: "high", description: "d" } }))),
    );
    const seen = seenBy(page);
    assert.deepEqual(seen, plain);
    assert.ok(!seen.elements.has("script") && !seen.elements.has("a"));
    assert.deepEqual(htmlFaults(page), []);
  });

  it("hide nothing from who reads them", () => {
    assert.doesNotMatch(page, /[^\P{Cc}\n]|\p{Cf}|\p{Zl}|\p{Cs}/u);
    assert.match(page, /\\u\{202e\}evil\\u\{2028\}\\u\{0\}/);
  });

  it("allow no script, no request and no other style", () => {
    assert.match(
      page,
      /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'"/,
    );
  });
});

describe("Markdown reports of hostile sites", () => {
  const text = markdown(complete(hostileFinding()));

  it("have no HTML, heading, list, link or table of others outside of code blocks", () => {
    const prose = proseOf(text)
      .filter((line) => !line.startsWith("| "))
      .join("\n")
      .replaceAll(/^ *<\/?details>(?:<summary>[\w ()]+<\/summary>)?$/gm, "");
    assert.doesNotMatch(prose, /(?<!\\)[<>[\]*_|]|(?<!\\)`/);
    assert.equal((prose.match(/^ *#+ /gm) ?? []).length, 3);
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
  });

  it("have code blocks that nothing in them can end", () => {
    const blocks = [...text.matchAll(/^ {2}(`{3,})text\n([\s\S]*?)^ {2}\1$/gm)];
    assert.equal(blocks.length, 3);
    for (const [, fence = "", block = ""] of blocks) {
      assert.ok(fence.length > 4 && block.includes("````") && block.includes("lone"));
    }
  });
});
