import { chmod, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { NewObject, ObjectFiles } from "./object-files.ts";

const fileShape = /^[0-9a-f]{64}\.\d+$/;

/** Objects as files of one folder, read-only and for this user alone. Files of other names in it are not touched. */
export class ObjectsFolder implements ObjectFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async clear(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) {
      if (fileShape.test(name)) await this.remove(join(this.#folder, name));
    }
  }

  pathOf(sha256: string, instance: number): string {
    return join(this.#folder, `${sha256}.${instance}`);
  }

  async create(path: string): Promise<NewObject> {
    const file = await open(path, "wx", 0o600);
    return {
      write: async (bytes) => {
        for (let at = 0; at < bytes.byteLength;) at += (await file.write(bytes, at)).bytesWritten;
      },
      close: async () => {
        await file.close();
        await chmod(path, 0o400);
      },
    };
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }
}
