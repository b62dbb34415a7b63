import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import type { BrokenBuild } from "./broken-build.ts";
import { runBrokenProcess, type BrokenRun } from "./broken-process.ts";
import { inRepository } from "./built.ts";
import { patchedSource } from "./patched-source.ts";

/** Gives the bundler the defective text of each patched file. */
const defects = (texts: ReadonlyMap<string, string>, read: Set<string>): Plugin => ({
  name: "defects",
  setup: (bundling) => {
    bundling.onLoad({ filter: /\.ts$/, namespace: "file" }, ({ path: file }) => {
      const contents = texts.get(file);
      if (contents === undefined) return undefined;
      read.add(file);
      return { contents, loader: "ts" };
    });
  },
});

/**
 * Bundles a script of the tests and all that it imports, with the defect, into a file in `.broken/<name>`, runs it there and removes the
 * folder again. For scripts that start no other ones: this takes half of the processor time of `runBroken`, whose processes load a
 * thousand modules.
 * @param entry path from the project's root
 */
export const runBrokenBundle = async (
  broken: BrokenBuild,
  entry: string,
  entryArguments: readonly string[],
  deadlineMs: number,
): Promise<BrokenRun> => {
  const folder = inRepository(`.broken/${broken.name}-${process.pid}`);
  const texts = new Map<string, string>();
  for (const patch of [broken.patch, ...(broken.also ?? [])]) {
    texts.set(inRepository(patch.file), await patchedSource(broken.name, patch));
  }
  const read = new Set<string>();
  try {
    await build({
      absWorkingDir: inRepository("."),
      entryPoints: [entry],
      outfile: path.join(folder, "main.js"),
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
      external: ["#*"],
      // Errors name their classes.
      keepNames: true,
      plugins: [defects(texts, read)],
      logLevel: "silent",
    });
    assert.deepEqual([...read].toSorted(), [...texts.keys()].toSorted(), `${entry} does not import what is patched`);
    return await runBrokenProcess(folder, ["main.js", ...entryArguments], deadlineMs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
