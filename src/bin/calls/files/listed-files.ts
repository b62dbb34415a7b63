// Not through the index: a client that has no lists needs no engine.
import { digestAlgorithms } from "../../../engines/malware/digest/algorithm.ts";
import type { DigestLists, Listed } from "../../../engines/malware/digest/index.ts";
import { inOrder } from "../in-order.ts";
import type { FileVerdict } from "./file-verdict.ts";
import { findFiles } from "./find-files.ts";
import { identifyFile, type FileIdentity } from "./identify-file.ts";

/** Lists of digests on this machine. */
type LocalLists = Pick<DigestLists, "check">;

/** A file as far as this machine knows it. */
export type LookedAt = Extract<FileVerdict, { status: "listed" | "skipped" }> | { readonly open: FileIdentity };

/** Files that are read at once. */
const atOnce = 4;
/** Of one batch, as for one call. */
const mostFiles = 250;
/** Of one batch: read within about a second. */
const mostBytes = 256 * 1024 * 1024;

/** An entry of a list for any of the file's digests; that it is denied wins. */
const entryOf = (lists: LocalLists, file: FileIdentity): Listed | undefined => {
  const entries = digestAlgorithms.flatMap((algorithm) => lists.check(algorithm, file[algorithm]) ?? []);
  return entries.find(({ list }) => list === "deny") ?? entries[0];
};

/** Reads the files at some paths and looks them up in the lists of this machine, in the order in which they are found. */
export const lookedAt = (
  paths: readonly string[],
  lists: LocalLists | undefined,
  signal: AbortSignal,
): AsyncIterable<LookedAt> =>
  inOrder(findFiles(paths, signal), atOnce, async (found): Promise<LookedAt> => {
    const file = await identifyFile(found);
    if ("skipped" in file) return { status: "skipped", file };
    const entry = lists && entryOf(lists, file);
    return entry === undefined ? { open: file } : { status: "listed", file, entry };
  });

/** Groups files, so that many need one question, and none waits long for the others. */
export async function* inBatches(files: AsyncIterable<LookedAt>): AsyncGenerator<readonly LookedAt[], void> {
  let batch: LookedAt[] = [];
  let bytes = 0;
  for await (const looked of files) {
    batch.push(looked);
    bytes += "open" in looked ? looked.open.size : 0;
    if (batch.length < mostFiles && bytes < mostBytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
