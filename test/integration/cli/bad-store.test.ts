import assert from "node:assert/strict";
import { mkdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open as openLmdb } from "lmdb";
import { built } from "../../support/built.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("garrison scan run --store: a directory that is no store of this version", function () {
  this.timeout(60_000);
  const folder = tempDir("bad-store");
  let site: PlainSite;
  let scan: readonly string[];

  before(async () => {
    await built();
    site = await startPlainSite();
    const templates = writePlainTemplates(join(folder.path, "templates"), { templates: 1, requests: 1 });
    scan = ["scan", "run", "--target", site.url, "--templates", templates, "--quiet"];
  });
  after(async () => {
    await site.close();
    folder.remove();
  });

  const fresh = (name: string): string => {
    const directory = join(folder.path, name);
    mkdirSync(directory);
    return directory;
  };
  const written = async (name: string): Promise<string> => {
    const directory = fresh(name);
    const { code, stderr } = await runCommand([...scan, "--store", directory]);
    assert.equal(code, 0, stderr);
    return directory;
  };
  const refusal = async (directory: string): Promise<string> => {
    const before = site.seen.length;
    const { code, stdout, stderr } = await runCommand([...scan, "--store", directory]);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    const [line = "", ...more] = linesOf(stderr);
    assert.deepEqual(more, []);
    assert.match(line, /^garrison: /);
    assert.equal(site.seen.length, before);
    return line;
  };

  it("a file", async () => {
    const file = join(folder.path, "file");
    writeFileSync(file, "a file");
    assert.match(await refusal(file), /file/);
  });

  it("a data file of garbage", async () => {
    const directory = fresh("garbage");
    writeFileSync(join(directory, "data.mdb"), "garbage\n".repeat(2_000));
    assert.match(await refusal(directory), /data\.mdb is not a readable Garrison store/);
  });

  it("a data file that was cut off", async () => {
    const directory = await written("cut");
    const file = join(directory, "data.mdb");
    truncateSync(file, Math.floor(statSync(file).size / 2));
    assert.match(await refusal(directory), /was cut off, \d+ bytes are missing/);
  });

  it("a store of a newer schema, which works again with the version that wrote it", async () => {
    const directory = await written("newer");
    const files = openLmdb<string, string>({
      path: directory,
      noSubdir: false,
      encoding: "string",
      overlappingSync: false,
    });
    const row = files.get("!store") ?? "";
    await files.put("!store", JSON.stringify({ ...(JSON.parse(row) as object), schema: 999 }));
    assert.match(await refusal(directory), /newer|later version/);
    await files.put("!store", row);
    await files.close();
    assert.equal((await runCommand([...scan, "--store", directory])).code, 0);
  });
});
