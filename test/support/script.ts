import { existsSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const extension = extname(import.meta.url);

/** What a process of Node is started with. */
export interface Script {
  readonly file: string;
  /** What Node needs in front of it. */
  readonly execArgv: readonly string[];
}

/**
 * A script given without its extension, as seen `from` a module's URL: compiled if the tests are, and then bundled if `build:test` bundles
 * it; otherwise run through tsx.
 */
export const script = (name: string, from: string): Script => {
  const file = fileURLToPath(new URL(`${name}${extension}`, from));
  const bundled = file.replace("/.test/", "/.test/bundled/");
  return { file: existsSync(bundled) ? bundled : file, execArgv: extension === ".ts" ? ["--import=tsx"] : [] };
};
