import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new directory of its own and what removes it. */
export const tempDir = (name: string): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), `garrison-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
