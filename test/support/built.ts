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
let building: Promise<unknown> | undefined;

/** Builds `dist/` once in this process: what is tested from outside is what users run. Rejects with the compiler's output. */
export const built = async (): Promise<void> => {
  building ??= promisify(execFile)("npm", ["run", "--silent", "build"], { cwd: root, timeout: longestBuildMs });
  await building;
};

/** The path of a file of the repository, such as `dist/bin/garrison.js`. */
export const inRepository = (path: string): string => join(root, path);
