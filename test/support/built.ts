import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../", import.meta.url));
let building: Promise<unknown> | undefined;

/** Builds `dist/` once in this process: what is tested from outside is what users run. Rejects with the compiler's output. */
export const built = async (): Promise<void> => {
  building ??= promisify(execFile)("npm", ["run", "--silent", "build"], { cwd: root, timeout: 120_000 });
  await building;
};

/** The path of a file of the repository, such as `dist/bin/garrison.js`. */
export const inRepository = (path: string): string => `${root}${path}`;
