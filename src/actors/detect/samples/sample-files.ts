import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, utimes, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../../base/clock.ts";
import { openPrivateFolder } from "../../../base/private-folder.ts";
import type { Random } from "../../../base/random.ts";
import { DetectError } from "../errors.ts";
import { Checksums, type ChecksumsOf } from "./checksums.ts";
import { KeyedLock } from "./keyed-lock.ts";

export interface SampleFilesOptions {
  /** A folder of this node alone. Made if it is missing, mode 0700. */
  readonly path: string;
  /** Bytes of all samples together, and of one. */
  readonly maxBytes: number;
  readonly maxSampleBytes: number;
  readonly clock: Clock;
  readonly random: Random;
}

/** A sample as it was received. It is kept once `keep` says so. */
export interface ReceivedSample extends ChecksumsOf {
  readonly size: number;
  /**
   * Makes the file the sample of its digest and runs `work`, while nobody removes that sample. It replaces one that is there already: that
   * file may be damaged or gone without anybody knowing.
   * @returns what `work` returned
   */
  keep<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Removes the file, if it was not kept. Idempotent. */
  discard(): Promise<void>;
}

/** The file of a sample as it was put there: another one in its place is another object. */
interface StoredFile {
  readonly size: number;
}

const folders = /^[0-9a-f]{2}$/;
const names = /^[0-9a-f]{64}$/;
const chunkBytes = 64 * 1024;

/**
 * The samples of one node as files, each named by the SHA-256 of its bytes: `ab/ab12…`. What is received lies in `incoming` until it is
 * whole and on the disk. Files are read-only and never change.
 */
export class SampleFiles {
  readonly #options: SampleFilesOptions;
  readonly #lock = new KeyedLock();
  /** The samples that are here, by digest. */
  readonly #stored: Map<string, StoredFile>;
  /** Of samples, and of what is being received. */
  #bytes: number;

  private constructor(options: SampleFilesOptions, stored: Map<string, StoredFile>) {
    this.#options = options;
    this.#stored = stored;
    this.#bytes = [...stored.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Looks at what is there; what an earlier life received half is removed.
   * @throws DetectError `invalid`: others may write into a folder of samples
   */
  static async open(options: SampleFilesOptions): Promise<SampleFiles> {
    openSafely(options.path);
    const incoming = join(options.path, "incoming");
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    const stored = new Map<string, StoredFile>();
    for (const folder of await readdir(options.path)) {
      if (!folders.test(folder)) continue;
      openSafely(join(options.path, folder));
      for (const name of await readdir(join(options.path, folder))) {
        if (names.test(name)) stored.set(name, { size: (await stat(join(options.path, folder, name))).size });
      }
    }
    return new SampleFiles(options, stored);
  }

  /** Bytes that samples take, those that are being received included. */
  get bytes(): number {
    return this.#bytes;
  }

  has(sha256: string): boolean {
    return this.#stored.has(sha256);
  }

  /** The digests of all samples here. */
  digests(): readonly string[] {
    return [...this.#stored.keys()];
  }

  /**
   * Receives a sample. Nothing is left of it if this rejects.
   * @throws DetectError `too-large`, `quota`; what the chunks throw; the reason of the signal
   */
  async receive(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<ReceivedSample> {
    const { path, random } = this.#options;
    const incoming = join(path, "incoming", random.id());
    const file = await open(incoming, "wx", 0o400);
    let size = 0;
    try {
      const checksums = new Checksums();
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        this.#reserve(size, chunk.length);
        size += chunk.length;
        checksums.add(chunk);
        await writeAll(file, chunk);
      }
      signal.throwIfAborted();
      await file.sync();
      await file.close();
      return this.#received(incoming, size, checksums.end());
    } catch (error) {
      this.#bytes -= size;
      await file.close();
      await rm(incoming, { force: true });
      throw error;
    }
  }

  /**
   * The bytes of a sample, in chunks of at most 64 KiB.
   * @throws DetectError `not-found` before the first chunk; `corrupt` after the last one, if they are not what the digest names. The sample is
   * forgotten then: `lose` it.
   */
  async *read(sha256: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const file = this.#stored.get(sha256);
    if (file === undefined) throw missing(sha256);
    const checksum = createHash("sha256");
    const stream = createReadStream(this.#pathOf(sha256), { highWaterMark: chunkBytes, signal });
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        checksum.update(chunk);
        yield chunk;
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.#forget(sha256, file);
      throw missing(sha256);
    }
    if (checksum.digest("hex") === sha256) return;
    this.#forget(sha256, file);
    throw new DetectError("corrupt", `sample ${sha256} has other bytes than it had: it is removed, submit it again`, {
      ids: { sha256 },
    });
  }

  /** Somebody needs the sample: it is not to be forgotten soon. Nothing if it is not here. */
  async touch(sha256: string): Promise<void> {
    const now = new Date(this.#options.clock.wallMs());
    if (this.has(sha256)) await utimes(this.#pathOf(sha256), now, now).catch(ignoreMissing);
  }

  /** When somebody needed the sample last, wall time; `undefined`: it is not here. */
  async usedAtMs(sha256: string): Promise<number | undefined> {
    try {
      return (await stat(this.#pathOf(sha256))).mtimeMs;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Removes a sample if `agree` says so, while nobody keeps it. */
  async remove(sha256: string, agree: () => Promise<boolean>): Promise<void> {
    await this.#lock.run(sha256, async () => {
      if (!(await agree())) return;
      await rm(this.#pathOf(sha256), { force: true });
      this.#forget(sha256, this.#stored.get(sha256));
    });
  }

  /** Removes what is left of a sample that was forgotten, and runs `work`, unless it has been submitted again. */
  async lose(sha256: string, work: () => Promise<void>): Promise<void> {
    await this.#lock.run(sha256, async () => {
      if (this.has(sha256)) return;
      await rm(this.#pathOf(sha256), { force: true });
      await work();
    });
  }

  #received(incoming: string, size: number, sums: ChecksumsOf): ReceivedSample {
    const { sha256 } = sums;
    let open = true;
    const discard = async (): Promise<void> => {
      if (!open) return;
      open = false;
      this.#bytes -= size;
      await rm(incoming, { force: true });
    };
    const keep = <Value>(work: () => Promise<Value>): Promise<Value> =>
      this.#lock.run(sha256, async () => {
        await this.#place(incoming, sha256);
        open = false;
        this.#forget(sha256, this.#stored.get(sha256));
        this.#stored.set(sha256, { size });
        // Received and kept may be long after each other.
        await this.touch(sha256);
        return work();
      });
    return { ...sums, size, keep, discard };
  }

  async #place(incoming: string, sha256: string): Promise<void> {
    const folder = join(this.#options.path, sha256.slice(0, 2));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rename(incoming, this.#pathOf(sha256));
    await syncFolder(folder);
  }

  #reserve(before: number, more: number): void {
    const { maxBytes, maxSampleBytes } = this.#options;
    if (before + more > maxSampleBytes) {
      throw new DetectError(
        "too-large",
        `a sample is larger than ${maxSampleBytes} bytes: detect.samples.maxSampleBytes`,
      );
    }
    if (this.#bytes + more > maxBytes) {
      throw new DetectError(
        "quota",
        `the samples of this node take ${this.#bytes} of ${maxBytes} bytes: submit it later`,
        {
          retryable: true,
        },
      );
    }
    this.#bytes += more;
  }

  /** Nothing if another file has taken its place. */
  #forget(sha256: string, file: StoredFile | undefined): void {
    if (file === undefined || this.#stored.get(sha256) !== file) return;
    this.#bytes -= file.size;
    this.#stored.delete(sha256);
  }

  #pathOf(sha256: string): string {
    return join(this.#options.path, sha256.slice(0, 2), sha256);
  }
}

const openSafely = (folder: string): void => {
  const problem = openPrivateFolder(folder);
  if (problem !== undefined) throw new DetectError("invalid", `samples: ${problem}`, { ids: { folder } });
};

const missing = (sha256: string): DetectError =>
  new DetectError("not-found", `sample ${sha256} is not on this node: submit it`, { ids: { sha256 } });

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

const ignoreMissing = (error: unknown): void => {
  if (!isMissing(error)) throw error;
};

const writeAll = async (file: FileHandle, bytes: Uint8Array): Promise<void> => {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
};

/** A name in a folder is on the disk only then. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};
