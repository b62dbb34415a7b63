import { gunzip, inflateRaw } from "node:zlib";
import { promisify } from "node:util";
import { fileLimits } from "./limits.ts";
import { typeOf } from "./mime.ts";
import { tarEntries } from "./tar.ts";
import { zipEntries } from "./zip.ts";

/** A file as it is judged: one of an archive, or the whole. */
export interface ArchiveEntry {
  /** Within the archive; empty for what is compressed by itself. */
  readonly name: string;
  read(): Promise<Buffer>;
}

const unread = new Map([
  ["application/x-bzip2", "bzip2"],
  ["application/x-xz", "xz"],
  ["application/zstd", "zstd"],
  ["application/x-7z-compressed", "7z"],
  ["application/vnd.rar", "rar"],
]);

const gunzipped = promisify(gunzip);
const inflated = promisify(inflateRaw);

/**
 * What is in an archive: of tar, zip, gzip and a tar in gzip. Undefined for a file that is none.
 *
 * @throws Error for a damaged one, one that grows beyond the bounds, and one of a kind that is not read
 */
export const openArchive = async (bytes: Buffer): Promise<readonly ArchiveEntry[] | undefined> => {
  const type = typeOf(bytes);
  if (type === undefined) return undefined;
  const kind = unread.get(type);
  if (kind !== undefined) throw new Error(`${kind} archives are not read`);
  switch (type) {
    case "application/x-tar":
      return asRead(tarEntries(bytes));
    case "application/zip":
      return zipEntries(bytes).map(({ name, packed, isDeflated }) => ({
        name,
        read: async () => (isDeflated ? await inflated(packed, { maxOutputLength: fileLimits.fileBytes }) : packed),
      }));
    case "application/gzip": {
      const content = await gunzipped(bytes, { maxOutputLength: fileLimits.fileBytes });
      if (typeOf(content) === "application/x-tar") return asRead(tarEntries(content));
      return [{ name: "", read: () => Promise.resolve(content) }];
    }
    default:
      return undefined;
  }
};

const asRead = (entries: readonly { readonly name: string; readonly content: Buffer }[]): readonly ArchiveEntry[] =>
  entries.map(({ name, content }) => ({ name, read: () => Promise.resolve(content) }));
