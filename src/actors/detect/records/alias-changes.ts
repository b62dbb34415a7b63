import { z } from "zod";
import type { Change, Space } from "../../../store/index.ts";
import { aliasKey } from "./keys.ts";

/** Collisions are made on purpose. An MD5 or SHA-1 that more objects have names none of them. */
export const mostShared = 16;

const alias = z
  .array(z.string())
  .max(mostShared + 1)
  .readonly();

export type AliasAlgorithm = "md5" | "sha1";

/** The SHA-256 digests of the objects that have this one; one more than `mostShared`: there are more. */
export const readAlias = async (space: Space, algorithm: AliasAlgorithm, hex: string): Promise<readonly string[]> => {
  const record = await space.records.get(aliasKey(algorithm, hex));
  return record === undefined ? [] : alias.parse(record.value);
};

/** Lets the other digests of an object lead to it. Refused if that changed since it was read here. */
export const aliasChanges = async (
  space: Space,
  object: { readonly sha256: string; readonly md5: string; readonly sha1: string },
  retainMs: number,
): Promise<readonly Change[]> =>
  Promise.all(
    (["md5", "sha1"] as const).map(async (algorithm): Promise<Change> => {
      const key = aliasKey(algorithm, object[algorithm]);
      const record = await space.records.get(key);
      const others = record === undefined ? [] : alias.parse(record.value).filter((sha256) => sha256 !== object.sha256);
      const value = others.length > mostShared ? others : [...others, object.sha256];
      return { type: "put", key, value, expectedVersion: record?.version ?? 0, expiresInMs: retainMs };
    }),
  );
