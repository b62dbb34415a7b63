import { writeFile } from "node:fs/promises";
import { OutputError } from "./output-error.ts";

/** Writes pieces of text to a file, over one that is there. @throws OutputError that names it, and what the pieces throw */
export const toFile = async (output: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> => {
  try {
    await writeFile(output, pieces);
  } catch (thrown) {
    // What the pieces come from may fail as well, and says so by itself.
    throw isSystemError(thrown) ? new OutputError(`--output ${output}`, thrown) : thrown;
  }
};

const isSystemError = (thrown: unknown): boolean => thrown instanceof Error && "syscall" in thrown;
