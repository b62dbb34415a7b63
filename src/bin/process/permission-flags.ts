import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export interface Permissions {
  /** The file that is started, in a folder of the built files. */
  readonly entry: URL;
  /** May be read, beside the code. Absent: nothing is. */
  readonly folder?: string;
  readonly childProcess?: boolean;
  /** May load native code, which these bounds do not hold for. */
  readonly addons?: boolean;
}

/** Where the code of a process is: the built files, and the packages that they import, wherever these are installed. */
const codePaths = (entry: URL): readonly string[] => {
  const packages = createRequire(entry).resolve.paths("any") ?? [];
  return [
    fileURLToPath(new URL("../../package.json", entry)),
    fileURLToPath(new URL("..", entry)),
    ...packages.filter((folder) => existsSync(folder)).map((folder) => `${folder}/`),
  ];
};

const hasFlag = (flag: string): boolean => process.allowedNodeEnvironmentFlags.has(flag);

/**
 * Flags of Node with which a process reads its code and at most one folder and nothing else, writes no file, and loads no native addon and
 * starts no process, unless it may; its threads too. Node warns that this is experimental, and that threads need caution: not in every process.
 */
export const permissionFlags = ({
  entry,
  folder,
  childProcess = false,
  addons = false,
}: Permissions): readonly string[] => [
  hasFlag("--permission") ? "--permission" : "--experimental-permission",
  "--disable-warning=ExperimentalWarning",
  "--disable-warning=SecurityWarning",
  "--allow-worker",
  ...[...codePaths(entry), ...(folder === undefined ? [] : [`${folder}/`])].map((path) => `--allow-fs-read=${path}`),
  ...(hasFlag("--allow-net") ? ["--allow-net"] : []),
  ...(childProcess ? ["--allow-child-process"] : []),
  ...(addons ? ["--allow-addons"] : []),
];
