import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Site } from "../../unit/engines/scan/key-cases/sites.ts";
import { tempDir } from "../temp-dir.ts";

const startFolders = () => {
  const folder = tempDir("texts");
  let count = 0;
  const next = (): string => join(folder.path, String((count += 1)));
  return Promise.resolve({ next, close: () => Promise.resolve(folder.remove()) });
};

/** A folder with these files, by their paths in it. */
export const textsFolder = (files: Readonly<Record<string, string | Buffer>>): Site => ({
  open: async (servers) => {
    const target = (await servers.get(startFolders)).next();
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(target, name)), { recursive: true });
      await writeFile(join(target, name), content);
    }
    return { target, sent: () => [] };
  },
});
