import type { DetectorDescription } from "../../../../engines/malware/index.ts";
import { hasKnownVersion } from "../../known-version.ts";
import type { DetectorProcesses } from "../processes/detector-process.ts";

/** The kinds of detectors that a host can start. */
export interface Startable {
  /** As far as anybody knows what they are. */
  readonly known: readonly DetectorDescription[];
  /** Of these one has to be started to be asked. */
  readonly undescribed: readonly string[];
}

const unknownVersion = { engineVersion: "unknown", signatureVersion: "unknown" } as const;

/**
 * What the kinds are that could be started now. One whose engine has not answered yet is in both lists.
 * @param described what the last detector of each kind has said of itself
 */
export const startable = async (
  processes: DetectorProcesses | undefined,
  described: ReadonlyMap<string, DetectorDescription>,
): Promise<Startable> => {
  const kinds = await Promise.all(
    (processes?.detectors ?? []).map(async ({ kind, describe, looksAt }) => ({
      kind,
      description: (await describe?.()) ?? described.get(kind) ?? (looksAt && { kind, ...looksAt, ...unknownVersion }),
    })),
  );
  return {
    known: kinds.flatMap(({ description }) => description ?? []),
    undescribed: kinds.flatMap(({ kind, description }) =>
      description === undefined || !hasKnownVersion(description) ? [kind] : [],
    ),
  };
};
