import { constants } from "node:fs";
import { link, mkdir, open, unlink, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { geteuid } from "node:process";
import type { Random } from "../../base/random.ts";
import { ControlError } from "../errors.ts";

const tokenShape = /^[A-Za-z0-9_-]{43}$/;
const mostBytes = 1024;

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
  const token = Buffer.from(Array.from({ length: 32 }, () => random.below(256))).toString("base64url");
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(`${token}\n`);
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
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK a named pipe would be waited for.
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    if (hasCode(error, "ELOOP")) throw unsafe(file, "is a symbolic link", error);
    if (hasCode(error, "EACCES")) throw unsafe(file, "may not be read by this user", error);
    throw error;
  }
  try {
    return await readChecked(file, handle);
  } finally {
    await handle.close();
  }
};

const readChecked = async (file: string, handle: FileHandle): Promise<string> => {
  const facts = await handle.stat();
  if (!facts.isFile()) throw unsafe(file, "is not a file");
  if (facts.uid !== geteuid?.()) throw unsafe(file, "belongs to another user");
  if ((facts.mode & 0o077) !== 0) throw unsafe(file, "may be used by others: run chmod 600 on it, or remove it");
  if (facts.size > mostBytes) throw unsafe(file, "is too long for a token: remove it");
  const token = (await handle.readFile("utf8")).trim();
  if (!tokenShape.test(token)) throw unsafe(file, "holds no token: remove it, and a node makes a new one");
  return token;
};

const unsafe = (file: string, what: string, cause?: unknown): ControlError =>
  new ControlError("token-unsafe", `the operator token's file ${file} ${what}`, { ids: { file }, cause });

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
