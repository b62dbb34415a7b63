import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** The folder of `package.json`: this is two folders below `src` as a source, and two below `dist` when it is built. */
const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Where the code of a process is: its own files, and the packages that it may import, wherever they are installed. */
const codePaths = (): readonly string[] => {
  const packages = createRequire(import.meta.url).resolve.paths("zod") ?? [];
  return [`${root}package.json`, `${root}dist/`, ...packages.filter((folder) => existsSync(folder))];
};

const hasFlag = (flag: string): boolean => process.allowedNodeEnvironmentFlags.has(flag);

export interface Permissions {
  /** May be read, beside the code. */
  readonly folder: string;
  readonly childProcess: boolean;
}

/**
 * Flags of Node with which a process reads its code and one folder and nothing else, writes no file, loads no native addon and starts no
 * process, unless it may; its threads too. Node warns that this is experimental, and that threads need caution: not in every process.
 */
export const permissionFlags = ({ folder, childProcess }: Permissions): readonly string[] => [
  hasFlag("--permission") ? "--permission" : "--experimental-permission",
  "--disable-warning=ExperimentalWarning",
  "--disable-warning=SecurityWarning",
  "--allow-worker",
  ...[...codePaths(), `${folder}/`].map((path) => `--allow-fs-read=${path}`),
  ...(hasFlag("--allow-net") ? ["--allow-net"] : []),
  ...(childProcess ? ["--allow-child-process"] : []),
];
