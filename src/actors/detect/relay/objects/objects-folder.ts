import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const fileShape = /^[0-9a-f]{64}\.\d+$/;

/** Where an instance has its file. */
export const objectPath = (folder: string, sha256: string, instance: number): string =>
  join(folder, `${sha256}.${instance}`);

/** Makes the folder, readable by this user only, and deletes what an earlier relay left in it. Files of other names are not touched. */
export const clearObjects = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(folder)) {
    if (fileShape.test(name)) await rm(join(folder, name), { force: true });
  }
};
