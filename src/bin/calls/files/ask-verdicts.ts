import type { CheckOptions, DetectionClient, FileDigest } from "../../../client/index.ts";
import type { FileVerdict } from "./file-verdict.ts";
import type { FileIdentity } from "./identify-file.ts";
import type { LookedAt } from "./listed-files.ts";

const sha256Of = ({ sha256 }: FileIdentity): FileDigest => ({ algorithm: "sha256", hex: sha256 });

/**
 * Asks the cluster for the files that this machine could not decide, by their digests, with one call.
 * @returns what is known of all files, in their order
 */
export const askVerdicts = async (
  detection: Pick<DetectionClient, "check">,
  files: readonly LookedAt[],
  options: CheckOptions,
): Promise<readonly FileVerdict[]> => {
  const open = files.flatMap((looked) => ("open" in looked ? [looked.open] : []));
  const verdicts = open.length === 0 ? [] : await detection.check(open.map(sha256Of), options);
  const answers = new Map(open.map((file, at) => [file, verdicts[at]]));
  return files.map((looked): FileVerdict => {
    if (!("open" in looked)) return looked;
    const { open: file } = looked;
    const verdict = answers.get(file);
    return verdict === undefined
      ? { status: "failed", file, reason: "the node left it out of its answer" }
      : { status: "asked", file, verdict };
  });
};
