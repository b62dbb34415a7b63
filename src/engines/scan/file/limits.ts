/** What one block takes of a folder. */
export const fileLimits = {
  /** Bytes of one file, or of one file in an archive. */
  fileBytes: 16 * 1024 * 1024,
  /** Bytes of all files together. */
  totalBytes: 4 * 1024 * 1024 * 1024,
  /** Files, those in archives included. */
  files: 100_000,
  /** Folders within folders. */
  depth: 64,
} as const;
