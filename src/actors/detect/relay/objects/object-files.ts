/** A file that is being written. */
export interface NewObject {
  write(bytes: Uint8Array): Promise<void>;
  /** No more is written: from now on it can only be read. */
  close(): Promise<void>;
}

/** The files of the objects of a host, which only its relay writes. */
export interface ObjectFiles {
  /** Makes room for them, and deletes what an earlier relay left. */
  clear(): Promise<void>;
  /** Where an instance has its file, for the detectors of the host. */
  pathOf(sha256: string, instance: number): string;
  /** Rejects if there is such a file. */
  create(path: string): Promise<NewObject>;
  /** Nothing if there is no such file. */
  remove(path: string): Promise<void>;
}
