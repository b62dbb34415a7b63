import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemClock } from "../../../../src/base/clock.ts";
import {
  bundleFilesOf,
  loadTemplates,
  packBundle,
  type Template,
  type TemplateFile,
  templatesOfBundle,
  unpackBundle,
} from "../../../../src/engines/scan/index.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { closeSites, scan, startSite } from "./site.ts";

const template = (id: string, path: string, rest: string, tags = "none"): string =>
  `id: ${id}\ninfo: {name: N, author: t, severity: info, tags: ${tags}}\nhttp:\n  - path: ["{{BaseURL}}${path}"]\n    ${rest}\n`;

const word = (text: string, name = ""): string =>
  `matchers: [{type: word, words: [${text}]${name === "" ? "" : `, name: ${name}`}}]`;

const files: Readonly<Record<string, string>> = {
  "parts/detect.yaml": template("detect", "/", word("shop", "shop"), "shop"),
  "parts/version.yaml": template(
    "version",
    "/version",
    "extractors: [{type: regex, name: version, group: 1, regex: ['v([0-9]+)']}]",
    "shop",
  ),
  "parts/old.yaml": template("old", "/old/{{version}}", word("old"), "late"),
};

const workflow = (steps: string): string =>
  `id: flow-of-work\ninfo: {name: W, author: t, severity: info}\nworkflows:\n${steps}\n`;

describe("workflows", () => {
  afterEach(closeSites);

  const folders: { remove(): void }[] = [];
  after(() => folders.forEach((folder) => folder.remove()));

  const written = (text: string): string => {
    const made = tempDir("workflow");
    folders.push(made);
    const folder = made.path;
    for (const [path, content] of Object.entries({ ...files, "work.yaml": text })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  };

  const load = async (text: string): Promise<TemplateFile> => {
    const found = (await loadTemplates([written(text)])).find(({ id }) => id === "flow-of-work");
    assert.ok(found !== undefined);
    return found;
  };

  const templateIn = (file: TemplateFile): Template => {
    assert.deepEqual(file.reasons, []);
    assert.ok(file.template !== undefined);
    return file.template;
  };

  const run = async (
    loaded: Template,
    answer: (url: string) => string,
  ): Promise<{ readonly asked: readonly string[]; readonly found: readonly string[] }> => {
    const asked: string[] = [];
    const site = await startSite(({ url = "" }, response) => {
      asked.push(url);
      response.end(answer(url));
    });
    const { findings, requests } = await scan(site.url, [loaded]);
    assert.equal(requests.planned, requests.sent + requests.failed + requests.skipped);
    return { asked, found: findings.map((finding) => finding["template-id"]) };
  };

  const pages: Readonly<Record<string, string>> = { "/": "my shop", "/version": "v7", "/old/7": "very old" };
  const shop = (url: string): string => pages[url] ?? "nothing";

  it("run templates after a match of others, with what those extracted, and report the last ones only", async () => {
    const nested = workflow(`  - template: parts/detect.yaml
    subtemplates:
      - template: parts/version.yaml
        subtemplates:
          - template: parts/old.yaml`);
    const loaded = templateIn(await load(nested));
    assert.deepEqual(await run(loaded, shop), { asked: ["/", "/version", "/old/7"], found: ["old"] });
    assert.deepEqual(await run(loaded, (url) => (url === "/" ? "a bank" : shop(url))), { asked: ["/"], found: [] });
    assert.equal(loaded.requestCount, 3);
  });

  it("run what belongs to a matcher's name", async () => {
    const named = (name: string, condition = ""): string =>
      workflow(`  - template: parts/detect.yaml
    matchers:
      - name: ${name}${condition}
        subtemplates: [{template: parts/version.yaml}]`);
    assert.deepEqual((await run(templateIn(await load(named("SHOP"))), shop)).found, ["version"]);
    assert.deepEqual((await run(templateIn(await load(named("bank"))), shop)).asked, ["/"]);
    assert.deepEqual((await run(templateIn(await load(named("[shop, bank]"))), shop)).found, ["version"]);
    const both = named("[shop, bank]", "\n        condition: and");
    assert.deepEqual((await run(templateIn(await load(both)), shop)).found, []);
  });

  it("run all templates with a tag", async () => {
    const loaded = templateIn(await load(workflow("  - tags: shop, other")));
    const { asked, found } = await run(loaded, shop);
    assert.deepEqual(asked.toSorted(), ["/", "/version"]);
    assert.deepEqual(found.toSorted(), ["detect", "version"]);
  });

  it("are packed with their templates, which then are not run by themselves", async () => {
    const file = await load(workflow("  - template: parts/detect.yaml\n  - tags: late"));
    const { bytes, hash } = packBundle(bundleFilesOf([file]));
    const unpacked = await templatesOfBundle(await unpackBundle(bytes, hash), systemClock);
    assert.deepEqual(
      unpacked.map(({ id, status }) => `${id ?? ""} ${status}`),
      ["flow-of-work supported"],
    );
    const [first] = unpacked;
    assert.ok(first?.template !== undefined);
    const { asked, found } = await run(first.template, shop);
    assert.deepEqual({ asked, found }, { asked: ["/"], found: ["detect"] });
  });

  it("are refused with the step whose template is missing, refused or a workflow", async () => {
    const reasons = async (steps: string): Promise<readonly string[]> =>
      (await load(workflow(steps))).reasons.map(({ line, key, message }) => `${line} ${key} ${message}`);
    assert.deepEqual(await reasons("  - template: parts/none.yaml"), [
      "4 workflows[0].template parts/none.yaml: there is no such file",
    ]);
    assert.match((await reasons("  - template: work.yaml"))[0] ?? "", /cannot be a part of another one/);
    assert.match((await reasons("  - template: ../out.yaml"))[0] ?? "", /path/);
    assert.match((await reasons("  - tags: nobody"))[0] ?? "", /no template here/);
    assert.match((await reasons("  - subtemplates: []"))[0] ?? "", /needs the path/);
    assert.match(
      (await reasons("  - template: parts/old.yaml\n    when: x"))[0] ?? "",
      /workflows\[0\]\.when unknown key/,
    );
  });
});
