import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { built, inRepository } from "../../support/built.ts";
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

/** The source files in a bundled file; the file itself when it is none. */
const sourcesIn = (url: string): readonly string[] => {
  const map = url.startsWith("file:") ? `${fileURLToPath(url)}.map` : "";
  if (!url.includes("/dist/") || !existsSync(map)) return [url];
  const { sources } = JSON.parse(readFileSync(map, "utf8")) as { readonly sources: readonly string[] };
  return sources.map((source) => new URL(source, url).href);
};

/** Every module that runs, as sources of `src/` and files of packages. */
const loadedBy = async (...args: readonly string[]): Promise<readonly string[]> => {
  const { code, stderr } = await runCommand(args, { environment: { NODE_OPTIONS: `--import=${tellLoaded}` } });
  assert.equal(code, 0, stderr);
  const loaded = linesOf(stderr).filter((line) => line.startsWith("loaded "));
  return [...new Set(loaded.map((line) => line.slice("loaded ".length)))].flatMap(sourcesIn);
};

describe("garrison: what a command loads", function () {
  this.timeout(60_000);
  before(built);

  const heavy =
    /\/src\/(actors\/.*\/scan|kernel\/system|engines\/scan\/run\/engine|control\/start-control-plane|store\/(embedded|redis)\/store)\.ts$|\/node_modules\/(lmdb|redis|quickjs-emscripten|jq-wasm|re2js|prom-client|pino|@peculiar\/x509|@opentelemetry)\//;

  it("a command that calls a node: no actors, no engine, no control plane, no store", async () => {
    for (const args of [
      ["cluster", "members"],
      ["scan", "list"],
      // These print findings as the engine does.
      ["scan", "results"],
      ["scan", "watch"],
      ["scan", "diff"],
    ]) {
      const loaded = await loadedBy(...args, "--help");
      assert.ok(
        loaded.some((file) => file.endsWith(`/src/bin/commands/${args.join("/")}.ts`)),
        loaded.join("\n"),
      );
      assert.deepEqual(
        loaded.filter((file) => heavy.test(file)),
        [],
      );
    }
  });

  it("--version: none of the commands", async () => {
    const commands = (await loadedBy("--version")).filter((file) => file.includes("/src/bin/commands/"));
    assert.deepEqual(
      commands.filter((file) => !file.endsWith("/index.ts")),
      [],
    );
  });

  it("a command that needs the engine loads it when it runs, not to define its flags", async () => {
    const isEngine = (file: string): boolean => file.endsWith("/src/engines/scan/template/load.ts");
    assert.deepEqual((await loadedBy("template", "validate", "--help")).filter(isEngine), []);
    assert.ok((await loadedBy("template", "validate", inRepository("templates"))).some(isEngine));
  });
});
