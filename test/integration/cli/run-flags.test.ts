import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { type CommandLineOptions, type Ended, linesOf, runCommand } from "../../support/command-line.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { findingsOf, summaryOf } from "../../support/scan-lines.ts";
import { tempDir } from "../../support/temp-dir.ts";

const template = (id: string, severity: string, tags: string, path = `/${id}`): string => `id: ${id}
info: {name: ${id}, author: test, severity: ${severity}, tags: "${tags}"}
http:
  - path: ["{{BaseURL}}${path}"]
    matchers:
      - {type: status, status: [200]}
`;

describe("garrison scan run: which targets, which templates, which requests", function () {
  this.timeout(60_000);
  const folder = tempDir("run-flags");
  let site: PlainSite;
  /** Headers of the latest request of each path. */
  const headers = new Map<string, IncomingHttpHeaders>();

  before(async () => {
    await built();
    site = await startPlainSite((request, response) => {
      headers.set(request.url ?? "", request.headers);
      response.end("ok");
    });
    for (const [id, severity, tags] of [
      ["cve-1", "high", "cve,web"],
      ["cve-2", "low", "cve"],
      ["panel", "info", "web,panel"],
    ] as const) {
      writeFileSync(join(folder.path, `${id}.yaml`), template(id, severity, tags));
    }
  });
  after(async () => {
    await site.close();
    folder.remove();
  });

  const scan = (args: readonly string[], options?: CommandLineOptions): Promise<Ended> =>
    runCommand(["scan", "run", "--json", ...args], options);
  const ownTemplates = (): readonly string[] => ["--templates", folder.path];
  /** Templates that had a finding, each once. */
  const found = ({ code, stdout, stderr }: Ended): readonly string[] => {
    assert.equal(code, 0, stderr);
    return [...new Set(findingsOf(stdout).map((finding) => finding["template-id"]))].toSorted();
  };
  const written = (name: string, text: string): string => {
    writeFileSync(join(folder.path, name), text);
    return join(folder.path, name);
  };

  it("takes targets from lists and standard input, each once", async () => {
    const list = written("targets.txt", `# mine\n${site.url}/a\n\n${site.url}/b\n`);
    const runs = await Promise.all([
      scan([...ownTemplates(), "--id", "panel", "-l", list, "--target", `${site.url}/a`]),
      scan([...ownTemplates(), "--id", "panel", "-l", "-"], { input: { text: `${site.url}/a\n${site.url}/c` } }),
    ]);
    const urls = runs.map(({ stdout }) =>
      findingsOf(stdout)
        .map(({ url }) => url?.slice(site.url.length))
        .toSorted(),
    );
    assert.deepEqual(urls, [
      ["/a", "/b"],
      ["/a", "/c"],
    ]);
    const bad = await scan([...ownTemplates(), "-l", written("bad.txt", `${site.url}\nftp://x/\n`)]);
    assert.equal(bad.code, 2);
    assert.match(bad.stderr, /bad\.txt:2: /);
    assert.equal((await scan([...ownTemplates(), "-l", written("empty.txt", "# none\n")])).code, 2);
  });

  it("chooses templates by tags, severity and id, as nuclei does", async () => {
    const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
      [
        ["--tags", "cve"],
        ["cve-1", "cve-2"],
      ],
      [
        ["--tags", "panel,CVE", "--exclude-severity", "low"],
        ["cve-1", "panel"],
      ],
      [["--exclude-tags", "web"], ["cve-2"]],
      [
        ["--severity", "high,info"],
        ["cve-1", "panel"],
      ],
      [["--id", "cve-*", "--exclude-id", "cve-1"], ["cve-2"]],
    ];
    const runs = await Promise.all(cases.map(([flags]) => scan([...ownTemplates(), "--target", site.url, ...flags])));
    assert.deepEqual(
      runs.map(found),
      cases.map(([, expected]) => expected),
    );
  });

  it("sends headers and fills variables in", async () => {
    const file = written("vars.yaml", template("vars", "info", "x", "/{{name}}/{{other}}"));
    const unknown = await scan(["--templates", file, "--target", site.url, "--var", "name=blue"]);
    assert.equal(unknown.code, 4);
    assert.match(unknown.stderr, /variable \{\{other\}\} has no value/);
    const flags = ["--var", "name=blue", "--var", "other=a=b", "--header", "X-Team: red: 1", "--header", "x-none:"];
    assert.deepEqual(found(await scan(["--templates", file, "--target", site.url, ...flags])), ["vars"]);
    const seen = headers.get("/blue/a=b");
    assert.deepEqual([seen?.["x-team"], seen?.["x-none"]], ["red: 1", ""]);
  });

  it("leaves excluded hosts alone and says so: the scan is incomplete", async () => {
    const before = site.seen.length;
    const { port } = new URL(site.url);
    const ended = await scan([...ownTemplates(), "--target", site.url, "--exclude-hosts", `127.0.0.1:1,${port}`]);
    assert.equal(ended.code, 4, ended.stderr);
    assert.equal(site.seen.length, before);
    assert.match(summaryOf(ended.stderr).gaps.join("\n"), /exclude/);
  });

  it("goes through a proxy, which needs no scope of its own", async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end("from the proxy");
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => proxy.once("listening", resolve));
    const before = site.seen.length;
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const ended = await scan([...ownTemplates(), "--id", "panel", "--target", site.url, "--proxy", address]);
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    assert.deepEqual(found(ended), ["panel"]);
    assert.deepEqual(asked, [`${site.url}/panel`]);
    assert.equal(site.seen.length, before);
  });

  it("a proxy that is not there: nothing goes past it, and the scan is incomplete", async () => {
    const before = site.seen.length;
    const proxy = await startPlainSite();
    await proxy.close();
    const ended = await scan([...ownTemplates(), "--target", site.url, "--proxy", proxy.url]);
    assert.equal(ended.code, 4, ended.stderr);
    assert.match(summaryOf(ended.stderr).gaps.join("\n"), /proxy .*ECONNREFUSED/);
    assert.equal(site.seen.length, before);
  });

  it("--retries is how often a request without an answer is sent again, as the site counts", async () => {
    const dead = await startPlainSite((request) => void request.socket.destroy());
    const tries = async (...flags: readonly string[]): Promise<number> => {
      const before = dead.seen.length;
      const ended = await scan([...ownTemplates(), "--id", "panel", "--target", dead.url, ...flags]);
      assert.equal(ended.code, 4, ended.stderr);
      return dead.seen.length - before;
    };
    assert.deepEqual([await tries("--retries", "0"), await tries("--retries", "3")], [1, 4]);
    await dead.close();
  });

  it("asks the DNS server that is named", async () => {
    const questions: string[] = [];
    const dns = createSocket("udp4");
    dns.on("message", (question, { port }) => {
      questions.push(question.toString("latin1", 12));
      // The question itself, marked as an answer that there is no such name.
      question.writeUInt16BE(0x8183, 2);
      dns.send(question, port, "127.0.0.1");
    });
    await new Promise<void>((resolve) => dns.bind(0, "127.0.0.1", resolve));
    const resolver = `127.0.0.1:${dns.address().port}`;
    const ended = await scan([...ownTemplates(), "--target", "http://site.invalid/", "--resolver", resolver]);
    await new Promise<void>((resolve) => dns.close(() => resolve()));
    assert.equal(ended.code, 4, ended.stderr);
    assert.ok(
      questions.some((question) => question.includes("site")),
      "the server was not asked",
    );
  });

  it("refuses with one line what cannot be sent, or looked up", async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["--proxy", "127.0.0.1:3128"], /proxy/],
      [["--proxy", "http://user:secret@127.0.0.1:1"], /proxy/],
      [["--header", "Bad Name: x"], /Bad Name/],
      [["--header", "X: a\r\nY: b"], /header/i],
      [["--var", "BaseURL=x"], /BaseURL/],
      [["--retries", "11"], /0 to 10/],
      [["--timeout", "2h"], /timeoutMs/],
      [["--resolver", "dns.example"], /DNS servers/],
      [["--exclude-hosts", "a.test,,b.test"], /scope entry/],
      [["--format", "table"], /--json prints findings as JSON lines/],
    ];
    const before = site.seen.length;
    const ends = await Promise.all(cases.map(([flags]) => scan([...ownTemplates(), "--target", site.url, ...flags])));
    ends.forEach(({ code, stderr }, at) => {
      assert.equal(code, 2, stderr);
      assert.match(stderr, cases[at]?.[1] ?? /never/);
      assert.equal(linesOf(stderr).length, 1, stderr);
      assert.doesNotMatch(stderr, /secret/);
    });
    assert.equal(site.seen.length, before);
  });
});
