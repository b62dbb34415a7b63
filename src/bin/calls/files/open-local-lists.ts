import type { Clock } from "../../../base/clock.ts";
import type { DigestLists } from "../../../engines/malware/digest/index.ts";

/** The part of the config that names them. */
export interface ListPaths {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly folder: string;
}

/** The lists of digests that the config of this machine names; `undefined`: none. @throws MalwareError that names file and line */
export const openLocalLists = async (paths: ListPaths, clock: Clock): Promise<DigestLists | undefined> => {
  if (paths.allow.length + paths.deny.length === 0) return undefined;
  const { openDigestLists } = await import("../../../engines/malware/digest/index.ts");
  return openDigestLists({ ...paths, clock });
};
