import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";

const brokenYaml = "id: broken\ninfo:\n  name: [never closed\n  author: test\n";
const refused = `id: refused
info: {name: refused, author: test, severity: low}
headless:
  - steps: [{action: waitload}]
`;

describe("bad input of the command line: one line on stderr, exit code 2", function () {
  this.timeout(60_000);
  const folder = tempDir("bad-input");
  const at = (name: string): string => join(folder.path, name);
  let site: PlainSite;
  let good: string;

  before(async () => {
    await built();
    site = await startPlainSite();
    good = writePlainTemplates(at("good"), { templates: 1, requests: 1 });
    for (const [name, text] of [
      ["broken", brokenYaml],
      ["refused", refused],
    ] as const) {
      mkdirSync(at(name));
      writeFileSync(at(`${name}/${name}.yaml`), text);
    }
    mkdirSync(at("empty"));
  });
  after(async () => {
    await site.close();
    folder.remove();
  });

  /** The one line that the command says; nothing was sent to the site. */
  const refusal = async (args: readonly string[]): Promise<string> => {
    const before = site.seen.length;
    const { code, stdout, stderr } = await runCommand(args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    const [line = "", ...more] = linesOf(stderr);
    assert.deepEqual(more, []);
    assert.match(line, /^garrison: /);
    assert.equal(site.seen.length, before);
    return line;
  };
  const scan = (...more: readonly string[]): readonly string[] => ["scan", "run", "--target", site.url, ...more];
  const withTarget = (target: string, ...more: readonly string[]): readonly string[] => [
    ...["scan", "run", "--templates", good, "--target", target],
    ...more,
  ];

  it("a folder of templates that does not exist", async () => {
    assert.match(await refusal(scan("--templates", at("nowhere"))), /nowhere: no such file or folder/);
  });

  it("a folder without a template", async () => {
    assert.match(await refusal(scan("--templates", at("empty"))), /no template can be run at .*empty/);
  });

  it("a YAML error, with its file and line", async () => {
    assert.match(await refusal(scan("--templates", at("broken"))), /broken\.yaml:[34]: invalid: YAML/);
  });

  it("only templates that are refused, with the place of the first reason", async () => {
    assert.match(await refusal(scan("--templates", at("refused"))), /refused\.yaml:3: refused: headless/);
  });

  it("a target out of the scope", async () => {
    const line = await refusal(withTarget(site.url, "--scope", "example.com"));
    assert.match(line, /target http:\/\/127\.0\.0\.1:\d+ is out of scope: /);
  });

  it("a scope that cannot be understood", async () => {
    assert.match(await refusal(withTarget(site.url, "--scope", "10.0.0.1/8")), /did you mean 10\.0\.0\.0\/8/);
  });

  it("a target that is no URL that can be scanned", async () => {
    const targets = ["ftp://example.com/", "http://user:secret@example.com/", "", "http://"];
    const lines = await Promise.all(targets.map((target) => refusal(withTarget(target))));
    for (const line of lines) assert.match(line, /is neither an absolute http or https URL/);
  });

  it("a target that none of the templates is made for", async () => {
    assert.match(await refusal(withTarget("127.0.0.1:1")), /none of the templates .*: for websites write http:/);
    assert.match(await refusal(withTarget("/tmp")), /none of the templates .*scan\.enable\.file/);
  });

  it("a flag that is unknown or has a value that cannot be used", async () => {
    const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
      ["an unknown flag", ["--bogus"], /unknown option '--bogus'/],
      ["an argument that is not wanted", ["surplus"], /too many arguments/],
      ["a flag without its value", ["--output"], /argument missing/],
      ["a bad number", ["--concurrency", "many"], /whole number from 1 to 256, not "many"/],
      ["a number out of its range", ["--rate-limit", "0"], /whole number from 1 to 100000, not "0"/],
      ["a bad duration", ["--timeout", "5 minutes"], /duration such as 500ms, 30s or 5m, at most 24h, not "5 minutes"/],
      ["a duration without its unit", ["--timeout", "5"], /duration such as/],
      ["an unknown format", ["--format", "xml"], /Allowed choices are table, jsonl, sarif/],
      ["an unknown severity", ["--fail-on", "bad"], /Allowed choices are info, low/],
    ];
    const lines = await Promise.all(cases.map(([, flags]) => refusal(withTarget(site.url, ...flags))));
    cases.forEach(([what, , expected], at) => assert.match(lines[at] ?? "", expected, what));
  });

  it("a missing flag that is needed", async () => {
    assert.match(await refusal(["scan", "run", "--templates", good]), /no target: give --target URL or -l FILE/);
    assert.match(await refusal(["scan", "run", "--target", site.url]), /required option '--templates <path>'/);
  });

  it("an unknown command, at each level", async () => {
    const lines = await Promise.all([["bogus"], ["scan", "bogus"], ["template", "bogus"]].map(refusal));
    for (const line of lines) assert.match(line, /unknown command 'bogus'/);
  });

  it("an output that cannot be written, before anything is scanned", async () => {
    assert.match(await refusal(withTarget(site.url, "--output", at("nowhere/out.jsonl"))), /--output .*nowhere/);
    assert.match(await refusal(withTarget(site.url, "--output", folder.path)), /is a folder, give a file/);
  });

  it("template validate of what does not exist, and without a path", async () => {
    assert.match(await refusal(["template", "validate", at("nowhere")]), /nowhere: no such file or folder/);
    assert.match(await refusal(["template", "validate"]), /missing required argument 'path'/);
    assert.match(await refusal(["template", "validate", good, "--bogus"]), /unknown option '--bogus'/);
  });
});
