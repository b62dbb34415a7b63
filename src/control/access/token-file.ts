import { link, mkdir, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { Random } from "../../base/random.ts";
import { ControlError } from "../errors.ts";
import { newToken } from "./caller-token.ts";
import { readSecretFile } from "./secret-file.ts";

const tokenShape = /^[A-Za-z0-9_-]{43}$/;
const what = "operator token";

/**
 * The operator token of this machine: 32 random bytes as base64url, made on first use. Whoever can read the file can do everything, so it
 * is 0600 in a folder that is made 0700. Nodes that start together end up with the same token.
 *
 * @param file absolute path
 * @throws ControlError `token-unsafe`
 */
export const readOrCreateToken = async (file: string, random: Random): Promise<string> => {
  const existing = await readIfThere(file);
  if (existing !== undefined) return existing;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await create(file, random);
  return readToken(file);
};

/**
 * The operator token that a node has made.
 *
 * @throws ControlError `token-missing`, `token-unsafe`
 */
export const readToken = async (file: string): Promise<string> => {
  const token = await readIfThere(file);
  if (token !== undefined) return token;
  throw new ControlError(
    "token-missing",
    `there is no operator token at ${file}: a node makes it when it starts; name its config with --config`,
    { ids: { file } },
  );
};

/** Written under another name first: a file that has its name is whole. */
const create = async (file: string, random: Random): Promise<void> => {
  const draft = `${file}.${random.id()}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(`${newToken(random)}\n`);
    await handle.sync();
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await handle.close();
    await unlink(draft);
  }
};

const readIfThere = async (file: string): Promise<string | undefined> => {
  const token = await readSecretFile(file, what);
  if (token === undefined || tokenShape.test(token)) return token;
  throw new ControlError(
    "token-unsafe",
    `the ${what}'s file ${file} holds no token: remove it, and a node makes a new one`,
    { ids: { file } },
  );
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
