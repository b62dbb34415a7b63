import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import type { Space } from "../../../store/index.ts";
import { bundleHeadKey } from "../records/keys.ts";

const head = z.strictObject({
  bytes: z.number().int().min(0),
  chunks: z.number().int().min(0),
  /** Of which bytes the chunks are: the same files can be compressed differently. */
  packing: z.string().regex(/^[0-9a-f]{16}$/),
  /** All chunks are there. */
  complete: z.boolean(),
  /** When it was put or first used by a scan the last time, within `refreshAfterMs`; wall time. */
  usedAtMs: z.number(),
});

/** What is known of a bundle beside its bytes. */
export type BundleHead = z.infer<typeof head>;

/** `usedAtMs` is written again when it is older than this. */
export const refreshAfterMs = 10 * 60_000;

export const parseHead = (value: Json): BundleHead => head.parse(value);

export interface VersionedHead {
  readonly head: BundleHead;
  readonly version: number;
}

/** `undefined`: there is no such bundle, not even a part of it. */
export const readHead = async (space: Space, hash: string): Promise<VersionedHead | undefined> => {
  const record = await space.records.get(bundleHeadKey(hash));
  return record === undefined ? undefined : { head: parseHead(record.value), version: record.version };
};
