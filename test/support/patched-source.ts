import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { inRepository } from "./built.ts";

/** One change; `find` occurs exactly once in the file. Paths from the project's root. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The file's text with the change. Fails when it does not match, or in several places. */
export const patchedSource = async (name: string, { file, find, replace }: Patch): Promise<string> => {
  const source = await readFile(inRepository(file), "utf8");
  const found = source.split(find).length - 1;
  assert.equal(found, 1, `${name}: its patch matches ${found} times in ${file}`);
  return source.replace(find, () => replace);
};
