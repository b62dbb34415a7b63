import { join } from "node:path";
import { openPrivateFolder } from "../base/private-folder.ts";
import { SharedMemoryError } from "./errors.ts";

/** Where the processes of one host share memory: on Linux a file system without a disk. */
export const defaultSharedFolder = (userId: number): string => `/dev/shm/garrison-guard-${userId}`;

/** Folders in the shared one. */
export const sharedFolders = (folder: string): { readonly writers: string; readonly table: string } => ({
  writers: join(folder, "writers"),
  table: join(folder, "table"),
});

/**
 * Makes a folder for us alone, or checks the one that is there: what lies in it decides who gets through.
 *
 * @throws SharedMemoryError `unsafe-folder` when it is a link, belongs to another user, or others may write to it; `unusable-folder`
 */
export const openOwnFolder = (path: string): void => {
  const problem = problemOf(path);
  if (problem === undefined) return;
  throw new SharedMemoryError("unsafe-folder", `the shared folder is not safe: ${problem}`, { ids: { path } });
};

/**
 * Makes the shared folder and those in it, or checks them: whoever made the outer one decides what the others are, and in /dev/shm any user may.
 *
 * @returns the folders in it
 * @throws SharedMemoryError as `openOwnFolder`
 */
export const openSharedFolders = (folder: string): ReturnType<typeof sharedFolders> => {
  const inner = sharedFolders(folder);
  for (const path of [folder, inner.writers, inner.table]) openOwnFolder(path);
  return inner;
};

const problemOf = (path: string): string | undefined => {
  try {
    return openPrivateFolder(path);
  } catch (error) {
    const message = `the shared folder ${path} cannot be used`;
    throw new SharedMemoryError("unusable-folder", message, { cause: error, ids: { path } });
  }
};
