import { z } from "zod";
import type { Clock } from "../../../base/clock.ts";
import { type PlaybookVersion, playbookVersionOf } from "../../../engines/playbook/index.ts";
import type { Change, Space } from "../../../store/index.ts";
import { RespondError } from "../errors.ts";
import { codeChunkKey, codeKey } from "./keys.ts";

const head = z.strictObject({
  id: z.string(),
  kind: z.enum(["module", "cacao"]),
  /** Of the code in UTF-8, and in how many chunks they are. */
  bytes: z.number().int().min(0),
  chunks: z.number().int().min(0),
  keptAtMs: z.number(),
});

/** Before base64: with it, a chunk is below the bound of a value. */
const chunkBytes = 180 * 1024;
/** Versions that one node remembers to have kept. */
const mostRemembered = 1_000;

/**
 * The code of playbooks in the store, each version once, so that every node can execute exactly the version that a run was made with. It is
 * kept for twice the time that runs are, after it was last asked to be kept.
 */
export class PlaybookCode {
  readonly #space: Space;
  readonly #clock: Clock;
  readonly #retainMs: number;
  /** When this node kept a version, or saw that it is kept. */
  readonly #kept = new Map<string, number>();

  constructor(space: Space, clock: Clock, retainMs: number) {
    this.#space = space;
    this.#clock = clock;
    this.#retainMs = retainMs;
  }

  /** Puts the code into the store if it is not there, or not for long any more. May reject with a StoreError. */
  async keep(playbook: PlaybookVersion): Promise<void> {
    if (this.#isFresh(this.#kept.get(playbook.version))) return;
    const record = await this.#space.records.get(codeKey(playbook.version));
    const keptAtMs = record === undefined ? undefined : head.parse(record.value).keptAtMs;
    if (!this.#isFresh(keptAtMs)) await this.#put(playbook);
    if (this.#kept.size >= mostRemembered) this.#kept.clear();
    this.#kept.set(
      playbook.version,
      keptAtMs !== undefined && this.#isFresh(keptAtMs) ? keptAtMs : this.#clock.wallMs(),
    );
  }

  /** Keeps what is in the store for longer. Nothing if it is not there, or not what it was: whoever is to execute it says so. */
  async keepLonger(version: string): Promise<void> {
    const record = await this.#space.records.get(codeKey(version));
    if (record === undefined || this.#isFresh(head.parse(record.value).keptAtMs)) return;
    let playbook: PlaybookVersion | undefined;
    try {
      playbook = await this.get(version);
    } catch (thrown) {
      if (thrown instanceof RespondError) return;
      throw thrown;
    }
    if (playbook !== undefined) await this.#put(playbook);
  }

  /**
   * `undefined`: it is not, or no longer, in the store.
   * @throws RespondError `code-corrupt`
   */
  async get(version: string): Promise<PlaybookVersion | undefined> {
    const record = await this.#space.records.get(codeKey(version));
    if (record === undefined) return undefined;
    const { id, kind, bytes, chunks } = head.parse(record.value);
    const keys = Array.from({ length: chunks }, (_, index) => codeChunkKey(version, index));
    const parts = await Promise.all(keys.map((key) => this.#space.records.get(key)));
    const stored = Buffer.concat(parts.map((part) => Buffer.from(z.string().parse(part?.value ?? ""), "base64")));
    const corrupt = (what: string): RespondError =>
      new RespondError("code-corrupt", `playbook ${id}: ${what}`, { ids: { playbook: id, version } });
    if (stored.length !== bytes) throw corrupt(`${stored.length} of ${bytes} bytes are in the store`);
    const code = stored.toString("utf8");
    // What was read, checked and perhaps signed is executed, whoever can write into the store.
    if (playbookVersionOf(kind, code) !== version) throw corrupt("the store has other code under its version");
    return { id, version, kind, code };
  }

  #isFresh(keptAtMs: number | undefined): boolean {
    return keptAtMs !== undefined && this.#clock.wallMs() - keptAtMs < this.#retainMs / 4;
  }

  async #put({ id, version, kind, code }: PlaybookVersion): Promise<void> {
    const bytes = Buffer.from(code, "utf8");
    const chunks = Math.ceil(bytes.length / chunkBytes);
    const expiresInMs = 2 * this.#retainMs;
    const value = { id, kind, bytes: bytes.length, chunks, keptAtMs: this.#clock.wallMs() };
    const puts: Change[] = Array.from({ length: chunks }, (_, index) => ({
      type: "put",
      key: codeChunkKey(version, index),
      value: bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes).toString("base64"),
      expiresInMs,
    }));
    await this.#space.commit(undefined, [{ type: "put", key: codeKey(version), value, expiresInMs }, ...puts]);
  }
}
