import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { CommandFailure } from "../../../../engines/playbook/node-commands/index.ts";

/** Parts of which each begins with a letter, a digit or an underscore: none leads upwards, and none is hidden. */
const nameShape = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/;

const realOf = async (path: string): Promise<string | undefined> => {
  try {
    return await realpath(path);
  } catch {
    // It is not there, or not for us.
    return undefined;
  }
};

/**
 * Where the templates of these names are: each a file or a folder below one of the folders, the first that has it.
 * @throws CommandFailure for a name that none of them has, or that leads out of its folder by a link
 */
export const templatePaths = async (
  folders: readonly string[],
  names: readonly string[],
): Promise<readonly string[]> => {
  const paths: string[] = [];
  for (const name of names) {
    if (!nameShape.test(name)) {
      throw new CommandFailure(
        "threw",
        `--templates ${JSON.stringify(name)}: use a name below a folder, such as http/exposures`,
      );
    }
    paths.push(await pathOf(folders, name));
  }
  return paths;
};

const pathOf = async (folders: readonly string[], name: string): Promise<string> => {
  for (const folder of folders) {
    const [root, path] = await Promise.all([realOf(folder), realOf(join(folder, name))]);
    if (root === undefined || path === undefined) continue;
    if (path.startsWith(`${root}${sep}`)) return path;
    throw new CommandFailure("refused", `--templates ${name}: it leads out of its folder`);
  }
  throw new CommandFailure(
    "threw",
    `--templates ${name}: it is in none of the folders of this node (respond.templates, and what ships with it)`,
  );
};
