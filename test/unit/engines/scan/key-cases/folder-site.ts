import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Servers, Site } from "./sites.ts";

const png = Buffer.from("\x89PNG\r\n\x1a\nsecret", "latin1");

/** What is in the folder. */
const files: Readonly<Record<string, string | Buffer>> = {
  "a.txt": "first line\nsecret one\n",
  "b.conf": "secret two\n",
  "deep/c.txt": "secret three, and more of it\n",
  "old.gz": gzipSync("secret packed\n"),
  picture: png,
};

const startFolder = async () => {
  const path = await mkdtemp(join(tmpdir(), "garrison-folder-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return { path, close: () => rm(path, { recursive: true, force: true }) };
};

/** A folder with some files, read by an engine that may. */
export const folderSite: Site = {
  open: async (servers: Servers) => {
    const { path } = await servers.get(startFolder);
    return { target: path, sent: () => [], engine: { enable: { file: true } } };
  },
};
