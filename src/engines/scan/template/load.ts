import { lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { pathProblem } from "../bundle/bundle.ts";
import { ScanError } from "../errors.ts";
import type { TemplateFiles } from "./files.ts";
import { FolderFiles } from "./folder-files.ts";
import { fileProblem } from "./parse.ts";
import { readTemplate } from "./read.ts";
import { defaultTemplateLimits, type TemplateFile, type TemplateLimits, templateName } from "./template.ts";
import { UniqueIds } from "./unique-ids.ts";

/**
 * Reads templates from files and folders. A folder is read with all its `.yaml` and `.yml` files, in the order of
 * their names; hidden folders are left out, and a link is followed only while it stays in the folder. Every file
 * found is in the answer, with its status; the later one of two supported templates with one id is `invalid`. Where
 * several paths are given, their number leads the paths in the bundle: two folders may hold files of the same name.
 *
 * @throws ScanError `templates-not-found` when a path does not exist or cannot be read, `too-many-templates`
 */
export const loadTemplates = async (
  paths: readonly string[],
  limits: TemplateLimits = defaultTemplateLimits,
): Promise<readonly TemplateFile[]> => {
  const found: FoundFile[] = [];
  for (const [at, path] of paths.entries()) {
    await find(path, paths.length > 1 ? `${at + 1}/` : "", limits, found);
  }
  const files: TemplateFile[] = [];
  const ids = new UniqueIds();
  for (const { file, path, problem, files: beside } of found) {
    const reason = problem ?? bundleProblem(path);
    const loaded = reason === undefined ? await readFileOf(file, path, limits, beside) : fileProblem(file, reason);
    files.push(ids.check(loaded));
  }
  return files;
};

interface FoundFile {
  readonly file: string;
  /** In the bundle. */
  readonly path: string;
  /** The files that it may name. */
  readonly files: FolderFiles;
  readonly problem?: string;
}

const bundleProblem = (path: string): string | undefined => {
  const problem = pathProblem(path);
  return problem === undefined ? undefined : `cannot be packed: its path ${problem}`;
};

const readFileOf = async (
  file: string,
  path: string,
  limits: TemplateLimits,
  files: TemplateFiles,
): Promise<TemplateFile> => {
  // Opening a pipe would wait for a writer.
  const kind = await stat(file).catch(() => undefined);
  if (kind?.isFile() !== true) return fileProblem(file, "is not a regular file");
  const handle = await open(file, "r").catch(reasonOf);
  if (typeof handle === "string") return fileProblem(file, `cannot be read: ${handle}`);
  try {
    // The file may grow or be replaced after a look at its size: the read itself is bounded.
    const buffer = Buffer.alloc(Math.min(limits.fileBytes + 1, (await handle.stat()).size + 1));
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > limits.fileBytes) return fileProblem(file, `is larger than ${limits.fileBytes} bytes`);
    return readTemplate({ path, content: buffer.subarray(0, length) }, file, limits, files);
  } finally {
    await handle.close();
  }
};

const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);

const notFound = (path: string, cause: unknown): never => {
  throw new ScanError("templates-not-found", `cannot read templates at ${path}: no such file or folder`, {
    ids: { path },
    cause,
  });
};

const find = async (path: string, prefix: string, limits: TemplateLimits, found: FoundFile[]): Promise<void> => {
  const root = await realpath(path).catch((cause: unknown) => notFound(path, cause));
  if ((await lstat(root)).isDirectory()) {
    const files = new FolderFiles(root, prefix);
    return findInFolder({ root, folder: path, files, prefix, depth: 0, seen: new Set([root]) }, limits, found);
  }
  const name = basename(path);
  const files = new FolderFiles(dirname(root), prefix);
  // A file that is named by itself is a template whatever its name; in a bundle the name has to say so.
  add({ file: path, path: `${prefix}${name}${templateName.test(name) ? "" : ".yaml"}`, files }, limits, found);
};

const add = (file: FoundFile, limits: TemplateLimits, found: FoundFile[]): void => {
  if (found.length >= limits.files) {
    throw new ScanError("too-many-templates", `more than ${limits.files} template files`, { ids: { file: file.file } });
  }
  found.push(file);
  if (file.problem === undefined) file.files.add(file.path);
};

interface Walk {
  readonly root: string;
  readonly folder: string;
  readonly files: FolderFiles;
  /** What leads the paths of its files in the bundle: empty, or ending in `/`. */
  readonly prefix: string;
  readonly depth: number;
  /** Real paths of the folders on the way, so that links cannot lead in circles. */
  readonly seen: Set<string>;
}

const findInFolder = async (walk: Walk, limits: TemplateLimits, found: FoundFile[]): Promise<void> => {
  const { root, folder, files, prefix, depth, seen } = walk;
  const entries = await readdir(folder, { withFileTypes: true }).catch(reasonOf);
  if (typeof entries === "string") {
    return add({ file: folder, path: prefix, files, problem: `cannot be read: ${entries}` }, limits, found);
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = join(folder, entry.name);
    const path = `${prefix}${entry.name}`;
    const target = entry.isSymbolicLink() ? await linkTarget(file) : undefined;
    if (target !== undefined && !target.path.startsWith(root + sep)) {
      if (templateName.test(entry.name)) {
        add({ file, path, files, problem: "is a link that leads out of the folder" }, limits, found);
      }
    } else if (target?.folder ?? entry.isDirectory()) {
      const real = await realpath(file);
      if (entry.name.startsWith(".") || seen.has(real)) continue;
      if (depth >= limits.folderDepth) {
        add({ file, path, files, problem: `is nested deeper than ${limits.folderDepth} folders` }, limits, found);
        continue;
      }
      seen.add(real);
      await findInFolder({ root, folder: file, files, prefix: `${path}/`, depth: depth + 1, seen }, limits, found);
    } else if (templateName.test(entry.name)) {
      add({ file, path, files }, limits, found);
    }
  }
};

/** Where a link leads; a dangling one leads nowhere, which is out of every folder. */
const linkTarget = async (path: string): Promise<{ readonly path: string; readonly folder: boolean }> => {
  const target = await realpath(path).catch(() => "");
  return { path: target, folder: target !== "" && (await lstat(target)).isDirectory() };
};
