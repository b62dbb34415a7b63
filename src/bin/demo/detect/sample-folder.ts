import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sample } from "./sample.ts";
import { samplesOf } from "./samples.ts";

/** Samples that were written, and a list that has some of them. */
export interface SampleFolder {
  readonly samples: readonly (Sample & { readonly path: string })[];
  /** Digests, one a line with a name: for `detect.digest.deny`. */
  readonly denyList: string;
}

const digestLine = ({ name, content }: Sample): string =>
  `${createHash("sha256").update(content).digest("hex")} demo_${name}\n`;

/** Writes all samples below a folder. @param salt as for `samplesOf` */
export const writeSamples = async (folder: string, salt: string): Promise<SampleFolder> => {
  const below = join(folder, "samples");
  await mkdir(below, { recursive: true, mode: 0o700 });
  const samples = samplesOf(salt).map((sample) => ({ ...sample, path: join(below, sample.name) }));
  for (const { path, content } of samples) await writeFile(path, content, { flag: "wx", mode: 0o600 });
  const denyList = join(folder, "deny.txt");
  const listed = samples.filter(({ foundBy }) => foundBy === "digest");
  await writeFile(denyList, listed.map(digestLine).join(""), { mode: 0o600 });
  return { samples, denyList };
};
