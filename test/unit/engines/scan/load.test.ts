import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { defaultTemplateLimits, loadTemplates, type TemplateFile } from "../../../../src/engines/scan/index.ts";
import { withBlock } from "./sample.ts";

const code = (expected: string) => (thrown: unknown) =>
  thrown instanceof Error && "code" in thrown && thrown.code === expected;

describe("loading scan templates", () => {
  let root: string;
  let folder: string;

  const put = (path: string, id: string): void =>
    writeFileSync(join(root, path), withBlock('path: ["{{BaseURL}}"]').replace("sample", id));
  const summary = (files: readonly TemplateFile[]): readonly string[] =>
    files.map(({ file, id, status }) => `${relative(folder, file)} ${id ?? "-"} ${status}`);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "garrison-templates-"));
    folder = join(root, "templates");
    mkdirSync(join(folder, "sub", ".hidden"), { recursive: true });
    put("templates/b.yaml", "b");
    put("templates/sub/c.yml", "c");
    put("templates/sub/.hidden/d.yaml", "d");
    put("outside.yaml", "outside");
    writeFileSync(join(folder, "notes.txt"), "no template");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("reads a folder with all below it in the order of names", async () => {
    put("templates/a.YAML", "a");
    assert.deepEqual(summary(await loadTemplates([folder])), [
      "a.YAML a supported",
      "b.yaml b supported",
      "sub/c.yml c supported",
    ]);
  });

  it("reads single files, whatever their names, before or after folders", async () => {
    put("odd.txt", "odd");
    const files = await loadTemplates([join(root, "odd.txt"), join(folder, "sub")]);
    assert.deepEqual(summary(files), ["../odd.txt odd supported", "sub/c.yml c supported"]);
  });

  it("gives the content of what can be run and its place in a bundle, which no folder outside decides", async () => {
    put("odd.txt", "odd");
    writeFileSync(join(folder, "bad.yaml"), "id: [");
    const places = async (...paths: readonly string[]): Promise<readonly string[]> =>
      (await loadTemplates(paths)).flatMap((file) => {
        if (file.status !== "supported") return [];
        assert.equal(Buffer.from(file.content).toString(), readFileSync(file.file, "utf8"));
        return [file.path];
      });
    assert.deepEqual(await places(folder), ["b.yaml", "sub/c.yml"]);
    assert.deepEqual(await places(join(folder, "sub")), ["c.yml"]);
    assert.deepEqual(await places(join(root, "odd.txt")), ["odd.txt.yaml"]);
    mkdirSync(join(root, "more"));
    put("more/b.yaml", "more-b");
    assert.deepEqual(await places(folder, join(root, "more")), ["1/b.yaml", "1/sub/c.yml", "2/b.yaml"]);
  });

  it("reports a file whose path cannot stand in a bundle", async () => {
    put("templates/back\\slash.yaml", "x");
    const [, odd] = await loadTemplates([folder]);
    assert.equal(odd?.status, "invalid");
    assert.match(odd.reasons[0]?.message ?? "", /cannot be packed/);
  });

  it("says that a path does not exist", async () => {
    await assert.rejects(loadTemplates([join(root, "nowhere")]), code("templates-not-found"));
    await assert.rejects(loadTemplates([folder, join(folder, "nowhere.yaml")]), code("templates-not-found"));
  });

  it("follows links only inside the folder and never in circles", async () => {
    symlinkSync(join(root, "outside.yaml"), join(folder, "link.yaml"));
    symlinkSync(root, join(folder, "up"));
    symlinkSync(folder, join(folder, "sub", "circle"));
    symlinkSync(join(folder, "nowhere"), join(folder, "dangling.yaml"));
    assert.deepEqual(summary(await loadTemplates([folder])), [
      "b.yaml b supported",
      "dangling.yaml - invalid",
      "link.yaml - invalid",
      "sub/c.yml c supported",
    ]);
  });

  it("reports the later one of two templates with one id", async () => {
    put("templates/z.yaml", "b");
    const files = await loadTemplates([folder]);
    assert.deepEqual(summary(files), ["b.yaml b supported", "sub/c.yml c supported", "z.yaml b invalid"]);
    assert.match(files[2]?.reasons[0]?.message ?? "", /"b" is already used by .*b\.yaml/);
  });

  it("reports what is no regular file instead of waiting for it", async () => {
    execFileSync("mkfifo", [join(folder, "pipe.yaml")]);
    assert.deepEqual(summary(await loadTemplates([join(folder, "pipe.yaml")])), ["pipe.yaml - invalid"]);
  });

  it("bounds files, their size and the depth of folders", async () => {
    await assert.rejects(loadTemplates([folder], { ...defaultTemplateLimits, files: 1 }), code("too-many-templates"));
    const small = await loadTemplates([folder], { ...defaultTemplateLimits, fileBytes: 20 });
    assert.deepEqual(summary(small), ["b.yaml - invalid", "sub/c.yml - invalid"]);
    const shallow = await loadTemplates([folder], { ...defaultTemplateLimits, folderDepth: 0 });
    assert.deepEqual(summary(shallow), ["b.yaml b supported", "sub - invalid"]);
  });
});
