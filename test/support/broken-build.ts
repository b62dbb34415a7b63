import assert from "node:assert/strict";
import { link, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import typescript from "typescript";
import { runBrokenProcess, type BrokenRun } from "./broken-process.ts";
import { inRepository, testsBuilt } from "./built.ts";
import { patchedSource, type Patch } from "./patched-source.ts";

/** A defect put into a copy of the sources, to show that a check finds it. */
export interface BrokenBuild {
  /** Folder name, unique among the broken builds. */
  readonly name: string;
  readonly patch: Patch;
  /** More of them, in other files, where one change alone does no harm. */
  readonly also?: readonly Patch[];
  /** What the failing run must print, e.g. `violated I9`. */
  readonly caughtBy: string;
}

/**
 * Links the compiled sources and tests into `.broken/<name>`, where `node_modules` and `package.json` resolve to the project's, puts the
 * defect into a file of its own there, runs `node` there with the given arguments and removes the folder again. Compiled, because most of
 * these processes would spend more time on compiling than on finding the defect; linked, because copying takes longer than most of them.
 */
export const runBroken = async (
  build: BrokenBuild,
  nodeArguments: readonly string[],
  deadlineMs: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<BrokenRun> => {
  await testsBuilt();
  const folder = inRepository(`.broken/${build.name}-${process.pid}`);
  try {
    await linkTree(inRepository(".test"), folder);
    const patches = [build.patch, ...(build.also ?? [])];
    const files = new Set(patches.map(({ file }) => file));
    assert.equal(files.size, patches.length, `${build.name}: a patch of a file takes the place of the one before it`);
    for (const patch of patches) await applyPatch(folder, build.name, patch);
    return await runBrokenProcess(folder, nodeArguments, deadlineMs, environment);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Fails unless the broken build fails, in time, and says why. */
export const assertCaught = (build: BrokenBuild, { code, overdue, output }: BrokenRun): void => {
  const tail = output.slice(-2_000);
  assert.equal(overdue, false, `${build.name} did not end in time:\n${tail}`);
  assert.notEqual(code, 0, `${build.name} was not caught:\n${tail}`);
  assert.ok(output.includes(build.caughtBy), `${build.name} failed without "${build.caughtBy}":\n${tail}`);
};

/** The same folders, with hard links to the same files. */
const linkTree = async (from: string, to: string): Promise<void> => {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (!entry.name.endsWith(".map")) await link(source, target);
  }
};

const applyPatch = async (folder: string, name: string, patch: Patch): Promise<void> => {
  const broken = await patchedSource(name, patch);
  const target = path.join(folder, patch.file.replace(/\.ts$/, ".js"));
  // To write into the link would break the original.
  await rm(target);
  await writeFile(target, compiled(broken));
};

/** What the compiler makes of one file, without looking at its types. */
const compiled = (source: string): string =>
  typescript.transpileModule(source, {
    compilerOptions: {
      target: typescript.ScriptTarget.ES2023,
      module: typescript.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  }).outputText;
