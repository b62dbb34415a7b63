import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AssignedTask } from "../../wire/index.ts";
import type { RelayCalls } from "./relay-calls.ts";

/** An object as a file that can be read here. */
export interface ObjectFile {
  readonly path: string;
  /** It is not needed any more. Never rejects. */
  release(): Promise<void>;
}

/** Brings the objects of tasks: by the path that the relay names, or, where that cannot be read, as a copy. */
export class ObjectFiles {
  readonly #calls: Pick<RelayCalls, "object">;
  readonly #parent: string;

  /** @param parent of the folders with copies */
  constructor(calls: Pick<RelayCalls, "object">, parent: string) {
    this.#calls = calls;
    this.#parent = parent;
  }

  /** @throws ClientError, or an Error for bytes that are not those of the object */
  async file({ sha256, size, path }: AssignedTask["object"], signal: AbortSignal): Promise<ObjectFile> {
    if (await isReadable(path)) return { path, release: () => Promise.resolve() };
    const folder = await mkdtemp(join(this.#parent, "garrison-object-"));
    const release = async (): Promise<void> => {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    };
    const copy = join(folder, sha256);
    try {
      await this.#copy(sha256, size, copy, signal);
      return { path: copy, release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async #copy(sha256: string, size: number, path: string, signal: AbortSignal): Promise<void> {
    const hash = createHash("sha256");
    let length = 0;
    const file = await open(path, "wx", 0o400);
    try {
      for await (const part of this.#calls.object(sha256, signal)) {
        length += part.length;
        if (length > size) throw new Error(`more bytes came than the ${size} of the object ${sha256}`);
        hash.update(part);
        await file.writeFile(part);
      }
    } finally {
      await file.close();
    }
    if (hash.digest("hex") !== sha256) throw new Error(`the bytes that came are not those of the object ${sha256}`);
  }
}

const isReadable = async (path: string): Promise<boolean> => {
  if (path === "") return false;
  try {
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
};
