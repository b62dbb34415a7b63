import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { geteuid } from "node:process";
import { ControlError } from "../errors.ts";

const mostBytes = 1024;

/**
 * A secret that is kept in a file which nobody but this user may use, without the space around it. Undefined when there
 * is no such file.
 *
 * @param what the secret, for messages: "operator token"
 * @throws ControlError `token-unsafe`
 */
export const readSecretFile = async (file: string, what: string): Promise<string | undefined> => {
  const unsafe = (problem: string, cause?: unknown): ControlError =>
    new ControlError("token-unsafe", `the ${what}'s file ${file} ${problem}`, { ids: { file }, cause });
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK a named pipe would be waited for.
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    if (hasCode(error, "ELOOP")) throw unsafe("is a symbolic link", error);
    if (hasCode(error, "EACCES")) throw unsafe("may not be read by this user", error);
    throw error;
  }
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw unsafe("is not a file");
    if (facts.uid !== geteuid?.()) throw unsafe("belongs to another user");
    if ((facts.mode & 0o077) !== 0) throw unsafe("may be used by others: run chmod 600 on it, or remove it");
    if (facts.size > mostBytes) throw unsafe("is too long for a token: remove it");
    return (await handle.readFile("utf8")).trim();
  } finally {
    await handle.close();
  }
};

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
