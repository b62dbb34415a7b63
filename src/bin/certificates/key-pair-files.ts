import { mkdir, open, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { asError } from "../../base/errors.ts";
import { UsageError } from "../process/usage-error.ts";
import type { KeyPair } from "./issue.ts";

/** Where a certificate and its key are. */
export interface KeyPairPaths {
  readonly cert: string;
  readonly key: string;
}

export const pathsOf = (directory: string, name: string): KeyPairPaths => ({
  cert: join(directory, `${name}.pem`),
  key: join(directory, `${name}-key.pem`),
});

/**
 * Writes both, the key for this user alone, into a folder that is made when it is not there. What is there is never written over.
 * @throws UsageError
 */
export const writeKeyPair = async (directory: string, name: string, pair: KeyPair): Promise<KeyPairPaths> => {
  const paths = pathsOf(directory, name);
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new UsageError(`--dir ${directory} cannot be made: ${asError(error).message}`, error);
  });
  await writeNew(paths.key, pair.key, 0o600);
  try {
    await writeNew(paths.cert, pair.cert, 0o644);
  } catch (error) {
    // A key without its certificate is of no use, and would be in the way.
    await unlink(paths.key);
    throw error;
  }
  return paths;
};

const writeNew = async (file: string, text: string, mode: number): Promise<void> => {
  const handle = await open(file, "wx", mode).catch((error: unknown) => {
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    const why = isThere
      ? "is there already and is not written over: remove it, or use another --dir"
      : asError(error).message;
    throw new UsageError(`${file} ${why}`, error);
  });
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const mostBytes = 64 * 1024;

/** @throws UsageError */
export const readText = async (file: string): Promise<string> => {
  try {
    if ((await stat(file)).size > mostBytes) throw new Error(`longer than ${mostBytes} bytes`);
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${asError(error).message}`, error);
  }
};
