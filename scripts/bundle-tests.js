/**
 * Bundles nodes that tests start and kill over and over from `.test/` to `.test/bundled/`: a bundle starts in half of the processor time
 * of the thousand modules that it is made of. Broken builds are patched modules, and do without.
 */
import { readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { withPackages } from "./bundled-packages.js";

const compiled = fileURLToPath(new URL("../.test/", import.meta.url));
const entries = [
  "chaos/cluster/owner-node",
  "chaos/guard/service/proxy-process",
  "chaos/guard/writer-process",
  "chaos/scan/chaos-node",
  "chaos/storm/storm-node",
  "integration/guard/guard-node",
  "support/guard/proxy-process",
  "support/guard/recording-process",
];

/** Modules find threads, processes and files from where they are compiled. */
const ownAddress = {
  name: "own-address",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/\.test\/.*\.js$/ }, async ({ path }) => {
      const code = await readFile(path, "utf8");
      return { contents: code.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)) };
    });
  },
};

await build({
  entryPoints: entries.map((entry) => `${compiled}test/${entry}.js`),
  outbase: compiled,
  outdir: `${compiled}bundled`,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  ...withPackages,
  // Errors name their classes.
  keepNames: true,
  plugins: [...withPackages.plugins, ownAddress],
  logLevel: "warning",
});

// Content that ships with the product is found beside `src/`.
for (const folder of ["templates", "rules"]) {
  await rm(join(compiled, folder), { force: true });
  await symlink(join("..", folder), join(compiled, folder));
}
