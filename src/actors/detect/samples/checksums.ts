import { createHash } from "node:crypto";

/** Lower-case hexadecimal. */
export interface ChecksumsOf {
  readonly sha256: string;
  readonly md5: string;
  readonly sha1: string;
}

/** The digests of bytes that come in pieces. */
export class Checksums {
  readonly #sha256 = createHash("sha256");
  readonly #md5 = createHash("md5");
  readonly #sha1 = createHash("sha1");

  add(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#md5.update(bytes);
    this.#sha1.update(bytes);
  }

  /** Of all bytes. Once. */
  end(): ChecksumsOf {
    return { sha256: this.#sha256.digest("hex"), md5: this.#md5.digest("hex"), sha1: this.#sha1.digest("hex") };
  }
}
