import type { Dirent } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { catalogBounds } from "../bounds.ts";
import type { FolderFile, FolderListing } from "./folder-file.ts";
import { reasonOf } from "./reason.ts";

/**
 * Looks at the files of a folder and below, without reading them. Hidden ones and `node_modules` are left out, but for the file in
 * which npm notes what it has installed. A link to a file is followed while it stays in the folder, as Kubernetes mounts have
 * them; links to folders are not. Never rejects: what cannot be looked at is in the answer.
 */
export const listFolder = async (folder: string): Promise<FolderListing> => {
  let root: string;
  try {
    root = await realpath(folder);
  } catch (thrown) {
    return { root: folder, files: [], unread: [{ path: "", reason: `cannot be read: ${reasonOf(thrown)}` }] };
  }
  const walk: Walk = { root, files: [], unread: [] };
  await visit(walk, "", 0);
  walk.files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return walk;
};

interface Walk {
  /** Real path of the folder. */
  readonly root: string;
  readonly files: FolderFile[];
  readonly unread: { readonly path: string; readonly reason: string }[];
}

const installed = "node_modules/.package-lock.json";

const visit = async (walk: Walk, folder: string, depth: number): Promise<void> => {
  if (depth > catalogBounds.folderDepth) {
    walk.unread.push({ path: folder, reason: `is nested deeper than ${catalogBounds.folderDepth} folders` });
    return;
  }
  let entries: Dirent[];
  try {
    entries = await readdir(join(walk.root, folder), { withFileTypes: true });
  } catch (thrown) {
    walk.unread.push({ path: folder, reason: `cannot be read: ${reasonOf(thrown)}` });
    return;
  }
  for (const entry of entries) {
    const path = `${folder}${entry.name}`;
    if (entry.name.startsWith(".")) continue;
    if (entry.name === "node_modules") {
      const file = await fileAt(walk.root, `${folder}${installed}`);
      if (file.refused === undefined) walk.files.push(file);
    } else if (entry.isDirectory()) {
      await visit(walk, `${path}/`, depth + 1);
    } else {
      if (walk.files.length >= catalogBounds.files) {
        walk.unread.push({ path, reason: `is beyond the ${catalogBounds.files} files that a folder may hold` });
        return;
      }
      walk.files.push(await fileAt(walk.root, path));
    }
  }
};

const fileAt = async (root: string, path: string): Promise<FolderFile> => {
  const refused = (reason: string): FolderFile => ({ path, stamp: "", refused: reason });
  try {
    const file = join(root, path);
    const isLink = (await lstat(file)).isSymbolicLink();
    if (isLink && !(await realpath(file)).startsWith(root.endsWith(sep) ? root : root + sep)) {
      return refused("is a link that leads out of its folder");
    }
    const facts = await stat(file);
    if (!facts.isFile()) return refused("is not a regular file");
    return { path, stamp: `${facts.size} ${facts.mtimeMs} ${facts.ino}`, refused: undefined };
  } catch (thrown) {
    return refused(`cannot be read: ${reasonOf(thrown)}`);
  }
};
