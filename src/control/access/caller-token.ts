import { open } from "node:fs/promises";
import type { Random } from "../../base/random.ts";
import { ControlError } from "../errors.ts";
import { readSecretFile } from "./secret-file.ts";

const shape = /^[\x21-\x7e]{32,200}$/;

/** 32 random bytes as base64url: 43 characters. */
export const newToken = (random: Random): string =>
  Buffer.from(Array.from({ length: 32 }, () => random.below(256))).toString("base64url");

/**
 * The token of a caller.
 *
 * @param name whose it is
 * @throws ControlError `token-missing`, `token-unsafe`
 */
export const readCallerToken = async (name: string, file: string): Promise<string> => {
  const token = await readSecretFile(file, `token of ${name}`);
  const facts = { ids: { caller: name, file } };
  if (token === undefined) {
    throw new ControlError(
      "token-missing",
      `there is no token of ${name} at ${file}: see garrison token create`,
      facts,
    );
  }
  if (shape.test(token)) return token;
  throw new ControlError(
    "token-unsafe",
    `the token of ${name} in ${file} is not one: use 32 to 200 printable characters, see garrison token create`,
    facts,
  );
};

/**
 * Makes a token in a file of its own, for its owner alone.
 *
 * @param file in a folder that exists
 * @throws ControlError `token-exists`; what the file system says
 */
export const createCallerToken = async (file: string, random: Random): Promise<void> => {
  const handle = await open(file, "wx", 0o600).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new ControlError("token-exists", `${file} is there already: name another file, or remove it`, {
      ids: { file },
      cause: error,
    });
  });
  try {
    await handle.writeFile(`${newToken(random)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
};
