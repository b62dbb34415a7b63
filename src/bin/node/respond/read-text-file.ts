import { readBounded } from "../../../engines/playbook/catalog/files/read-bounded.ts";
import { UsageError } from "../../process/usage-error.ts";

/**
 * The text of a file that the configuration names.
 *
 * @param key of the configuration, for the error
 * @throws UsageError for a file that cannot be read or is larger
 */
export const readTextFile = async (key: string, file: string, maxBytes: number): Promise<string> => {
  const content = await readBounded(file, maxBytes);
  if (typeof content !== "string") return content.toString("utf8");
  throw new UsageError(`${key}: ${file} ${content}`);
};
