import { createHash } from "node:crypto";
import { join } from "node:path";
import { parseSigmaRules, type Placeholders, type SigmaRule } from "../../../sigma/index.ts";
import { catalogBounds } from "../bounds.ts";
import type { FolderFile } from "../files/folder-file.ts";
import type { Reading } from "../files/last-good.ts";
import { readBounded } from "../files/read-bounded.ts";

/** The Sigma rules of one file. */
export interface RuleFile {
  readonly rules: readonly SigmaRule[];
  /** SHA-256 of the file. */
  readonly digest: string;
}

export const readRuleFile = async (
  root: string,
  { path, refused }: FolderFile,
  placeholders: Placeholders | undefined,
): Promise<Reading<RuleFile>> => {
  const file = join(root, path);
  const content = refused ?? (await readBounded(file, catalogBounds.rulesBytes));
  if (typeof content === "string") return { value: undefined, problems: [{ file, at: "", message: content }] };
  const { rules, problems: found } = parseSigmaRules(content.toString("utf8"), file, placeholders);
  const problems = found.slice(0, catalogBounds.problems).map(({ line, at, message }) => ({
    file,
    at: at === "" ? `line ${line}` : `line ${line}: ${at}`,
    message,
  }));
  return { value: { rules, digest: createHash("sha256").update(content).digest("hex") }, problems };
};
