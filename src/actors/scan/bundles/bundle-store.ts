import { createHash } from "node:crypto";
import { z } from "zod";
import { StoreError, type Change, type Space } from "../../../store/index.ts";
import type { Clock } from "../../../base/clock.ts";
import { ScanActorError } from "../errors.ts";
import { bundleChunkKey, bundleHeadKey } from "../records/keys.ts";
import { bundleHashShape } from "../spec.ts";
import { readHead, refreshAfterMs, type BundleHead, type VersionedHead } from "./bundle-head.ts";

/** Bytes of one chunk: as base64 text it fits into a record. */
const chunkBytes = 135_000;
/** Chunks of one commit, and of one read: large commits hold up those of others. */
const chunksAtOnce = 8;
/** A bundle larger than this is refused: its chunks have to be deleted in one commit. */
const mostBytes = 64 * 1024 * 1024;
/** Others that put or use the same bundle write its head, too. */
const mostRaces = 10;

const packingDigits = 16;

const chunk = z.string();

/**
 * Content-addressed bundles in records of the space. What is put is not looked into: its hash is that of what is packed, so whoever
 * unpacks it checks it. A head is written first, marked as incomplete, then the chunks; the complete head makes the bundle known. A put
 * that was interrupted is completed by the next one, or swept away as unused.
 */
export class BundleStore {
  readonly #space: Space;
  readonly #clock: Clock;

  constructor(space: Space, clock: Clock) {
    this.#space = space;
    this.#clock = clock;
  }

  /** Whether the whole bundle is there. */
  async has(hash: string): Promise<boolean> {
    return (await readHead(this.#space, checkedHash(hash)))?.head.complete === true;
  }

  /**
   * Stores a bundle of at most 64 MiB; it is known once this has resolved, and stays so for a day, longer if a scan uses it.
   * @param hash SHA-256, hex
   * @throws ScanActorError `invalid`
   */
  async put(hash: string, bytes: Uint8Array): Promise<void> {
    checkedHash(hash);
    if (bytes.length > mostBytes) {
      throw new ScanActorError("invalid", `the bundle has ${bytes.length} bytes; at most ${mostBytes} can be stored`);
    }
    const chunks = Math.ceil(bytes.length / chunkBytes);
    const packing = createHash("sha256").update(bytes).digest("hex").slice(0, packingDigits);
    const head = { bytes: bytes.length, chunks, packing };
    if (await this.#mark(hash, { ...head, complete: false })) return;
    for (let from = 0; from < chunks; from += chunksAtOnce) {
      const changes = Array.from({ length: Math.min(chunksAtOnce, chunks - from) }, (_, offset): Change => {
        const at = (from + offset) * chunkBytes;
        const value = Buffer.from(bytes.subarray(at, at + chunkBytes)).toString("base64");
        return { type: "put", key: bundleChunkKey(hash, packing, from + offset), value };
      });
      await this.#space.commit(undefined, changes);
    }
    await this.#mark(hash, { ...head, complete: true });
  }

  /**
   * The bytes that were put; `undefined` if the bundle is not there.
   * @throws ScanActorError `bundle-corrupt`
   */
  async get(hash: string): Promise<Uint8Array | undefined> {
    const known = await readHead(this.#space, checkedHash(hash));
    if (known?.head.complete !== true) return undefined;
    const { bytes, chunks, packing } = known.head;
    const parts: Buffer[] = [];
    for (let from = 0; from < chunks; from += chunksAtOnce) {
      const indexes = Array.from({ length: Math.min(chunksAtOnce, chunks - from) }, (_, offset) => from + offset);
      parts.push(...(await Promise.all(indexes.map((index) => this.#chunk(hash, packing, index)))));
    }
    const whole = Buffer.concat(parts);
    if (whole.length === bytes) return whole;
    throw corrupt(hash, `it has ${whole.length} bytes instead of ${bytes}`);
  }

  async #chunk(hash: string, packing: string, index: number): Promise<Buffer> {
    const text = chunk.safeParse((await this.#space.records.get(bundleChunkKey(hash, packing, index)))?.value);
    const bytes = Buffer.from(text.data ?? "", "base64");
    // Encoding it again shows what the decoder would skip, and takes a fraction of what a look at each character does.
    if (text.success && bytes.toString("base64") === text.data) return bytes;
    throw corrupt(hash, `chunk ${index} is missing or unreadable`);
  }

  /** Writes the head. True: the bundle is complete already, and was marked as used instead. */
  async #mark(hash: string, wanted: Omit<BundleHead, "usedAtMs">): Promise<boolean> {
    for (let race = 0; race < mostRaces; race += 1) {
      const known = await readHead(this.#space, hash);
      const complete = known?.head.complete === true;
      const nowMs = this.#clock.wallMs();
      if (complete && nowMs - known.head.usedAtMs < refreshAfterMs) return true;
      const head: BundleHead = { ...(complete ? known.head : wanted), usedAtMs: nowMs };
      if (await putHead(this.#space, hash, head, known)) return complete;
    }
    throw new StoreError("busy", `others put bundle ${hash} ${mostRaces} times meanwhile`, { retryable: true });
  }
}

/** False: someone else has written it first. */
const putHead = async (
  space: Space,
  hash: string,
  head: BundleHead,
  known: VersionedHead | undefined,
): Promise<boolean> => {
  const expectedVersion = known?.version ?? 0;
  try {
    await space.commit(undefined, [{ type: "put", key: bundleHeadKey(hash), value: head, expectedVersion }]);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === "version-conflict") return false;
    throw error;
  }
};

const checkedHash = (hash: string): string => {
  if (bundleHashShape.test(hash)) return hash;
  throw new ScanActorError("invalid", `bundle ${JSON.stringify(hash).slice(0, 80)}: use a SHA-256 hash, 64 hex digits`);
};

const corrupt = (hash: string, how: string): ScanActorError =>
  new ScanActorError("bundle-corrupt", `bundle ${hash} in the store is corrupt: ${how}`, {
    ids: { bundle: hash },
  });
