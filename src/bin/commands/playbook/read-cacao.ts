import { asError } from "../../../base/errors.ts";
import { cacaoBounds } from "../../../engines/playbook/cacao/index.ts";
import { readBounded } from "../../../engines/playbook/catalog/files/read-bounded.ts";

/** A file of JSON, or why it is none, for people. */
export type CacaoFile =
  | {
      /** What JSON.parse makes of the text. */
      readonly source: unknown;
      readonly text: string;
    }
  | { readonly problem: string };

export const readCacaoFile = async (file: string): Promise<CacaoFile> => {
  const content = await readBounded(file, cacaoBounds.bytes);
  if (typeof content === "string") return { problem: content };
  const text = content.toString("utf8");
  try {
    return { source: JSON.parse(text) as unknown, text };
  } catch (error) {
    return { problem: `is not JSON: ${asError(error).message}` };
  }
};
