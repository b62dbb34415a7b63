import { lstatSync, mkdirSync } from "node:fs";

export interface PrivateFolderOptions {
  /** Whether others may not even look into it; else they may not write. Default false. */
  readonly closed?: boolean;
}

const writableByOthers = 0o022;
const openToOthers = 0o077;

/**
 * Makes a folder for this user alone (mode 0700) where there is none, and looks whether one that is there is safe: who may write into it may
 * put other files in place of those of this process. At once: it is asked when something opens, which nothing else may come between.
 *
 * @returns why it is not safe, and what to do about it; undefined: it is
 * @throws what the system says when it can be neither made nor looked at
 */
export const openPrivateFolder = (
  folder: string,
  { closed = false }: PrivateFolderOptions = {},
): string | undefined => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (found.isSymbolicLink()) return `${folder} is a symbolic link: name the folder that it leads to`;
  if (process.getuid !== undefined && found.uid !== process.getuid()) {
    return `${folder} belongs to another user: use a folder of this one, or chown it`;
  }
  if ((found.mode & (closed ? openToOthers : writableByOthers)) === 0) return undefined;
  return `others may ${closed ? "enter" : "write into"} ${folder}: run chmod 700 ${folder}`;
};
