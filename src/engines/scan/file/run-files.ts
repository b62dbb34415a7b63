import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import { asError } from "../../../base/errors.ts";
import type { BlockRun } from "../run/block-run.ts";
import { type ArchiveEntry, openArchive } from "./archive.ts";
import { judgeFile } from "./judge-file.ts";
import { fileLimits } from "./limits.ts";
import type { FilePlan } from "./plan.ts";
import { filesOf, readWithin } from "./walk.ts";

/** Reads the files of the target's folder and has them judged. A target that is no folder has none. */
export const runFiles = async (plan: FilePlan, run: BlockRun): Promise<void> => {
  const { target, services, tally } = run;
  if (target.folder === undefined) return;
  if (!services.enabled.file) {
    tally.error(target.text, "protocol", "files are not read: the configuration does not permit it");
    return;
  }
  try {
    const root = await realpath(target.folder);
    const isFolder = (await lstat(root)).isDirectory();
    if (isFolder && !plan.recursive) return;
    const reading = new Reading(plan, run, root);
    if (!isFolder) return await reading.file(root);
    for await (const path of filesOf(root, (place, problem) => tally.error(place, "protocol", problem))) {
      if (run.signal.aborted || !reading.hasRoom(path)) return;
      await reading.file(path);
    }
  } catch (thrown) {
    tally.failed(target.folder, "protocol", asError(thrown).message);
  }
};

/** The files of one run of a block, within the bounds for all together. */
class Reading {
  readonly #plan: FilePlan;
  readonly #run: BlockRun;
  readonly #root: string;
  #files = 0;
  #bytes = 0;

  constructor(plan: FilePlan, run: BlockRun, root: string) {
    this.#plan = plan;
    this.#run = run;
    this.#root = root;
  }

  hasRoom(path: string): boolean {
    const { files, totalBytes } = fileLimits;
    if (this.#files < files && this.#bytes < totalBytes) return true;
    const message = `from here on nothing is read: there are more than ${files} files or ${totalBytes} bytes`;
    this.#run.tally.error(path, "protocol", message);
    return false;
  }

  async file(path: string): Promise<void> {
    const { choice, maxBytes, archives } = this.#plan;
    const { tally } = this.#run;
    const root = this.#root;
    try {
      const head = choice.byType ? (await readWithin(root, path, 1_024)).bytes : undefined;
      if (!choice.takes({ path, root, head })) return;
      // An archive that is cut off cannot be read at all.
      const { bytes, size } = await readWithin(root, path, archives ? fileLimits.fileBytes : maxBytes);
      this.#bytes += bytes.length;
      if (size > fileLimits.fileBytes && maxBytes === fileLimits.fileBytes) {
        tally.error(path, "protocol", `only the first ${fileLimits.fileBytes} of ${size} bytes were read`);
      }
      const entries = archives ? await openArchive(bytes) : undefined;
      if (entries === undefined) return await this.#judge(path, bytes);
      for (const entry of entries) await this.#entry(path, entry);
    } catch (thrown) {
      this.#files += 1;
      tally.failed(path, "protocol", asError(thrown).message);
    }
  }

  async #entry(archive: string, entry: ArchiveEntry): Promise<void> {
    const inside = join("/", entry.name);
    const path = entry.name === "" ? archive : archive + inside;
    if (entry.name !== "" && !this.#plan.choice.takes({ path: inside, root: "/", head: undefined })) return;
    if (this.#run.signal.aborted || !this.hasRoom(path)) return;
    const content = await entry.read();
    this.#bytes += content.length;
    await this.#judge(path, content);
  }

  async #judge(path: string, content: Buffer): Promise<void> {
    this.#files += 1;
    await judgeFile(this.#plan, path, content.subarray(0, this.#plan.maxBytes), this.#run);
    this.#run.tally.sent();
  }
}
