import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Where `package.json` is: a compiled or a copied test is deeper below it than its source. */
const rootAbove = (folder: string): string =>
  existsSync(join(folder, "package.json")) ? folder : rootAbove(dirname(folder));

const root = rootAbove(dirname(fileURLToPath(import.meta.url)));
const longestBuildMs = 120_000;

/** `npm test` has built everything: its files of tests run side by side, and must not build into one folder. */
const builtBefore = process.env["GARRISON_TESTS_BUILT"] !== undefined;

/** Runs a script of `package.json` once in this process. Rejects with the compiler's output. */
const once = (script: string): (() => Promise<void>) => {
  let building: Promise<unknown> | undefined;
  return async () => {
    if (builtBefore) return;
    building ??= promisify(execFile)("npm", ["run", "--silent", script], { cwd: root, timeout: longestBuildMs });
    await building;
  };
};

/** Builds `dist/`: what is tested from outside is what users run. */
export const built = once("build");

/** Compiles `src` and `test` to `.test/`, for tests that start many processes of their own: these start faster without tsx. */
export const testsBuilt = once("build:test");

/** The path of a file of the repository, such as `dist/bin/garrison.js`. */
export const inRepository = (path: string): string => join(root, path);
