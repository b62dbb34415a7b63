import assert from "node:assert/strict";
import { built } from "../../support/built.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";

const module = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;

/** Says on standard error what is loaded, a URL a line. */
const tellLoaded = module(`
  import { register } from "node:module";
  register(${JSON.stringify(
    module(`
      import { writeSync } from "node:fs";
      export const resolve = async (specifier, context, next) => {
        const found = await next(specifier, context);
        writeSync(2, "loaded " + found.url + "\\n");
        return found;
      };
    `),
  )});
`);

const loadedBy = async (...args: readonly string[]): Promise<readonly string[]> => {
  const { code, stderr } = await runCommand(args, { environment: { NODE_OPTIONS: `--import=${tellLoaded}` } });
  assert.equal(code, 0, stderr);
  return linesOf(stderr).filter((line) => line.startsWith("loaded "));
};

describe("garrison: what a command loads", function () {
  this.timeout(60_000);
  before(built);

  const heavy =
    /\/dist\/(actors\/.*\/index|kernel\/index|engines\/scan\/index|control\/index|store\/embedded\/)|\/node_modules\/(lmdb|undici|re2js|prom-client)\//;

  it("a command that calls a node: no actors, no engine, no control plane, no store", async () => {
    const loaded = await loadedBy("cluster", "members", "--help");
    assert.ok(
      loaded.some((line) => line.includes("/commands/cluster/members.js")),
      loaded.join("\n"),
    );
    assert.deepEqual(
      loaded.filter((line) => heavy.test(line)),
      [],
    );
  });

  it("a command that scans: all of these", async () => {
    const loaded = await loadedBy("scan", "run", "--help");
    assert.ok(loaded.some((line) => heavy.test(line)));
  });
});
