/** Why the file system refused, such as `ENOENT`. */
export const reasonOf = (thrown: unknown): string =>
  thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);
