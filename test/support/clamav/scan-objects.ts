import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ScanObject } from "../../../src/engines/malware/index.ts";
import { tempDir } from "../temp-dir.ts";

/** Files to be scanned, in a folder of their own. */
export class ScanObjects {
  readonly #folder = tempDir("objects");

  /** @param content text or bytes */
  add(content: string | Buffer): ScanObject {
    const bytes = Buffer.from(content);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const path = join(this.#folder.path, sha256);
    writeFileSync(path, bytes);
    return { sha256, size: bytes.length, path, taskType: "sample-file" };
  }

  remove(): void {
    this.#folder.remove();
  }
}
