import { constants, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import { geteuid } from "node:process";
import { asError } from "../../base/errors.ts";
import { ControlError } from "../errors.ts";

/** More than a chain of certificates, or a bundle of authorities, takes. */
const mostBytes = 256 * 1024;

/**
 * The bytes of a PEM file; it may be behind symbolic links, as mounted secrets are.
 *
 * @param key the setting that names the file
 * @param secret nobody but this user, and root, may be able to read it
 * @throws ControlError `tls-unusable`
 */
export const readPem = async (key: string, file: string, secret = false): Promise<Buffer> => {
  const unusable = (problem: string, cause?: unknown): ControlError =>
    new ControlError("tls-unusable", `${key}: ${file} ${problem}`, { ids: { key, file }, cause });
  // Without O_NONBLOCK a named pipe would be waited for.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw unusable(`cannot be read: ${asError(error).message}`, error);
  });
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw unusable("is not a file");
    if (facts.size > mostBytes) throw unusable(`is longer than ${mostBytes} bytes: it is no PEM file of a certificate`);
    if (secret && !isPrivate(facts)) {
      throw unusable(
        "is a private key that other users can read, or is another user's: run chmod 600 (and chown) on it",
      );
    }
    const bytes = await handle.readFile();
    if (!bytes.includes("-----BEGIN ")) throw unusable("is no PEM file");
    return bytes;
  } finally {
    await handle.close();
  }
};

/** As PostgreSQL has it: ours alone, or root's and readable by one of our groups, as orchestrators mount secrets. */
const isPrivate = ({ uid, mode }: Stats): boolean => {
  if (uid === geteuid?.()) return (mode & 0o077) === 0;
  return uid === 0 && (mode & 0o037) === 0;
};
