import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { SharedMemoryError } from "./errors.ts";

const ownerOnly = 0o700;
const othersMayWrite = 0o022;

/** Where the processes of one host share memory: on Linux a file system without a disk. */
export const defaultSharedFolder = (userId: number): string => `/dev/shm/garrison-guard-${userId}`;

/** Folders in the shared one. */
export const sharedFolders = (folder: string): { readonly writers: string; readonly table: string } => ({
  writers: join(folder, "writers"),
  table: join(folder, "table"),
});

/**
 * Makes a folder for us alone, or checks the one that is there: what lies in it decides who gets through, so nobody else may write to it.
 *
 * @throws SharedMemoryError `unsafe-folder` when it is a link, belongs to another user, or others may write to it; `unusable-folder`
 */
export const openOwnFolder = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true, mode: ownerOnly });
    const facts = lstatSync(path);
    const unsafe = !facts.isDirectory()
      ? "is no folder, or a link to one: remove it"
      : facts.uid !== process.getuid?.()
        ? "belongs to another user: give another path"
        : (facts.mode & othersMayWrite) !== 0
          ? `may be written by others: chmod 700 ${path}`
          : undefined;
    if (unsafe === undefined) return;
    throw new SharedMemoryError("unsafe-folder", `the shared folder ${path} ${unsafe}`, { ids: { path } });
  } catch (error) {
    if (error instanceof SharedMemoryError) throw error;
    throw new SharedMemoryError("unusable-folder", `the shared folder ${path} cannot be used`, {
      cause: error,
      ids: { path },
    });
  }
};
