/** One file of a folder of playbooks or of rules. */
export interface FolderFile {
  /** From the folder, `/` between its parts. */
  readonly path: string;
  /** Changes whenever the file may have: its size, its time of change and its number. */
  readonly stamp: string;
  /** Why it is not read, in words for a person. */
  readonly refused: string | undefined;
}

/** What a folder held when it was looked at. */
export interface FolderListing {
  /** Real path of the folder; its given path when there is none. */
  readonly root: string;
  /** In the order of their paths. */
  readonly files: readonly FolderFile[];
  /** What of the folder could not be looked at: path from it (empty: the folder itself), and why. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}
