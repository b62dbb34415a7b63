import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { TemplateFiles } from "./files.ts";

const maxBytes = 16 * 1024 * 1024;

/** The files of a folder on this machine, and nothing outside of it, not even through links. */
export class FolderFiles implements TemplateFiles {
  readonly #root: string;
  readonly #prefix: string;
  readonly #templates: string[] = [];

  /**
   * @param root real path of the folder
   * @param prefix what leads the paths of its files: empty, or ending in `/`
   */
  constructor(root: string, prefix: string) {
    this.#root = root;
    this.#prefix = prefix;
  }

  /** A template was found under this path. */
  add(path: string): void {
    this.#templates.push(path);
  }

  templates(): Iterable<string> {
    return this.#templates;
  }

  read(path: string): Uint8Array | string {
    if (!path.startsWith(this.#prefix)) return "there is no such file";
    try {
      const file = realpathSync(join(this.#root, path.slice(this.#prefix.length)));
      if (!file.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)) {
        return "it is a link that leads out of the folder of templates";
      }
      // Opening a pipe would wait for a writer.
      if (!statSync(file).isFile()) return "it is not a regular file";
      return readBounded(file);
    } catch (thrown) {
      const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
      return code === "ENOENT" || code === "ENOTDIR" ? "there is no such file" : `it cannot be read: ${code}`;
    }
  }
}

const readBounded = (file: string): Uint8Array | string => {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    if (size > maxBytes) return `it is larger than ${maxBytes} bytes`;
    const buffer = Buffer.alloc(size);
    let length = 0;
    while (length < size) {
      const read = readSync(descriptor, buffer, length, size - length, length);
      if (read === 0) break;
      length += read;
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
};
