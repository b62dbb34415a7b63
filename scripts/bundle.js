/**
 * Bundles `src/` and packages to `dist/`: a file for each process and thread that can be started, and chunks that they share. A command
 * starts in half the time that way, since Node takes about half a millisecond for each module, and an index brings only what is used of
 * its layer or package. Names and lines stay readable; `node --enable-source-maps` shows those of the sources.
 */
import { readFileSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { withPackages } from "./bundled-packages.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What users, nodes and tests start, below `src/bin/`. */
const entries = [
  "garrison.ts",
  "detector.ts",
  "engine-thread.ts",
  "flow-thread.ts",
  "respond-child.ts",
  "respond-thread.ts",
  "respond-watchdog.ts",
  "respond-yara.ts",
  "search-thread.ts",
  "store-thread.ts",
  "yara-scan-thread.ts",
  "demo/guard/front-end.ts",
  "demo/main.ts",
  "practice-site/main.ts",
];
/** What playbooks, detectors and front ends import (`exports` of package.json). */
const libraries = ["engines/playbook/sdk/index.ts", "client/detector/index.ts", "client/guard/index.ts"];
/** A process of an earlier build may load more of its own chunks until it is this old. */
const keptMs = 3_600_000;

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [...entries.map((entry) => `src/bin/${entry}`), ...libraries.map((library) => `src/${library}`)],
  outbase: "src",
  outdir: "dist",
  // As deep as src/bin/*/, so that "../garrison.js" of import.meta.url is the same file from there and from a chunk.
  chunkNames: "bin/chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: `node${/\d[\d.]*/.exec(engines.node)?.[0]}`,
  // Errors name their classes.
  keepNames: true,
  sourcemap: true,
  metafile: true,
  ...withPackages,
  logLevel: "warning",
});

const written = new Set(Object.keys(metafile.outputs).map((file) => relative("dist", file)));
const nowMs = Date.now();
for (const entry of await readdir(join(root, "dist"), { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (!entry.isFile() || written.has(relative(join(root, "dist"), file))) continue;
  if (nowMs - (await stat(file)).mtimeMs > keptMs) await rm(file, { force: true });
}
