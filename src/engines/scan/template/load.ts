import { lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { ScanError } from "../errors.ts";
import { fileProblem, parseTemplate } from "./parse.ts";
import { defaultTemplateLimits, type TemplateFile, type TemplateLimits } from "./template.ts";

const templateName = /\.ya?ml$/i;

/**
 * Reads templates from files and folders. A folder is read with all its `.yaml` and `.yml` files, in the order of
 * their names; hidden folders are left out, and a link is followed only while it stays in the folder. Every file
 * found is in the answer, with its status; the later one of two supported templates with one id is `invalid`.
 *
 * @throws ScanError `templates-not-found` when a path does not exist or cannot be read, `too-many-templates`
 */
export const loadTemplates = async (
  paths: readonly string[],
  limits: TemplateLimits = defaultTemplateLimits,
): Promise<readonly TemplateFile[]> => {
  const found: FoundFile[] = [];
  for (const path of paths) await find(path, limits, found);
  const files: TemplateFile[] = [];
  const firstOfId = new Map<string, string>();
  for (const { file, problem } of found) {
    const loaded = problem === undefined ? await readTemplate(file, limits) : fileProblem(file, problem);
    files.push(withUniqueId(loaded, firstOfId));
  }
  return files;
};

interface FoundFile {
  readonly file: string;
  readonly problem?: string;
}

const withUniqueId = (loaded: TemplateFile, firstOfId: Map<string, string>): TemplateFile => {
  if (loaded.status !== "supported") return loaded;
  const first = firstOfId.get(loaded.template.id);
  firstOfId.set(loaded.template.id, first ?? loaded.file);
  if (first === undefined) return loaded;
  const duplicate = fileProblem(loaded.file, `id "${loaded.template.id}" is already used by ${first}`);
  return { ...duplicate, id: loaded.id, protocols: loaded.protocols };
};

const readTemplate = async (file: string, limits: TemplateLimits): Promise<TemplateFile> => {
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
    return parseTemplate(buffer.toString("utf8", 0, length), file, limits);
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

const find = async (path: string, limits: TemplateLimits, found: FoundFile[]): Promise<void> => {
  const root = await realpath(path).catch((cause: unknown) => notFound(path, cause));
  if (!(await lstat(root)).isDirectory()) return add({ file: path }, limits, found);
  await findInFolder({ root, folder: path, depth: 0, seen: new Set([root]) }, limits, found);
};

const add = (file: FoundFile, limits: TemplateLimits, found: FoundFile[]): void => {
  if (found.length >= limits.files) {
    throw new ScanError("too-many-templates", `more than ${limits.files} template files`, { ids: { file: file.file } });
  }
  found.push(file);
};

interface Walk {
  readonly root: string;
  readonly folder: string;
  readonly depth: number;
  /** Real paths of the folders on the way, so that links cannot lead in circles. */
  readonly seen: Set<string>;
}

const findInFolder = async (walk: Walk, limits: TemplateLimits, found: FoundFile[]): Promise<void> => {
  const { root, folder, depth, seen } = walk;
  const entries = await readdir(folder, { withFileTypes: true }).catch(reasonOf);
  if (typeof entries === "string") return add({ file: folder, problem: `cannot be read: ${entries}` }, limits, found);
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const target = entry.isSymbolicLink() ? await linkTarget(path) : undefined;
    if (target !== undefined && !target.path.startsWith(root + sep)) {
      if (templateName.test(entry.name)) {
        add({ file: path, problem: "is a link that leads out of the folder" }, limits, found);
      }
    } else if (target?.folder ?? entry.isDirectory()) {
      const real = await realpath(path);
      if (entry.name.startsWith(".") || seen.has(real)) continue;
      if (depth >= limits.folderDepth) {
        add({ file: path, problem: `is nested deeper than ${limits.folderDepth} folders` }, limits, found);
        continue;
      }
      seen.add(real);
      await findInFolder({ root, folder: path, depth: depth + 1, seen }, limits, found);
    } else if (templateName.test(entry.name)) {
      add({ file: path }, limits, found);
    }
  }
};

/** Where a link leads; a dangling one leads nowhere, which is out of every folder. */
const linkTarget = async (path: string): Promise<{ readonly path: string; readonly folder: boolean }> => {
  const target = await realpath(path).catch(() => "");
  return { path: target, folder: target !== "" && (await lstat(target)).isDirectory() };
};
