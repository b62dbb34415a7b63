import { closeSync, fsyncSync, openSync, statfsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { StoreError } from "../errors.ts";

const names = ["data.mdb", "lock.mdb"] as const;

/** The files that an open store uses, as the directory has them. */
export class StoreFiles {
  readonly #directory: string;
  readonly #opened: readonly (string | undefined)[];

  /** Call once the files are open. */
  constructor(directory: string) {
    this.#directory = directory;
    this.#opened = names.map((name) => identity(join(directory, name)));
  }

  /**
   * Throws `corrupt` if the files were removed or replaced since they were opened: what is written to them would be
   * gone, and two processes with different lock files would not exclude each other.
   */
  requireSame(): void {
    names.forEach((name, at) => {
      if (identity(join(this.#directory, name)) === this.#opened[at]) return;
      throw new StoreError(
        "corrupt",
        `${join(this.#directory, name)} was removed or replaced while the store was open. Close the store and open it again`,
        { ids: { file: join(this.#directory, name) } },
      );
    });
  }

  /** What the disk has left for this process, in bytes. */
  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#directory);
    return bavail * bsize;
  }
}

/** Makes the names of new files, and the name of a new directory, as durable as what will be in them. */
export const flushNames = (directory: string): void => {
  for (const path of [resolve(directory), dirname(resolve(directory))]) {
    const fd = openSync(path, "r");
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }
};

const identity = (file: string): string | undefined => {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
};
