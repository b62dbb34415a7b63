/** Objects that a detector takes at once. */
export const detectorCapacity = 8;

/** What takes tasks, until it is ended. */
export interface Host {
  end(): Promise<void>;
}
