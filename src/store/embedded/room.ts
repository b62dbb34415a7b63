import { StoreError } from "../errors.ts";

/** How much room a store leaves, in bytes. */
export interface RoomBounds {
  /** Free on the disk before anything is written: more than one transaction takes, copies of the pages that it changes included. */
  readonly free: number;
  /** Free on the disk before something is added. What is between the two is for work to be held and ended. */
  readonly freeToAdd: number;
  /** The store's data at most, before something is added; absent: as much as the disk has. */
  readonly most?: number | undefined;
}

const mebibyte = 1024 * 1024;

export const defaultRoom: RoomBounds = { free: 32 * mebibyte, freeToAdd: 64 * mebibyte };

/** What there is, in bytes. `used`: by the data, without pages that wait to be written again. */
export interface Room {
  readonly free: number;
  readonly used: () => number;
}

/** Throws `full` if nothing may be written. Returns why nothing may be added; `undefined`: there is room. */
export const judgeRoom = (directory: string, { free, used }: Room, bounds: RoomBounds): StoreError | undefined => {
  const onDisk = (needed: number): StoreError =>
    full(directory, `the disk of ${directory} has ${free} bytes left: ${needed} are needed`);
  if (free < bounds.free) throw onDisk(bounds.free);
  if (free < bounds.freeToAdd) return onDisk(bounds.freeToAdd);
  if (bounds.most === undefined) return undefined;
  const bytes = used();
  if (bytes < bounds.most) return undefined;
  return full(
    directory,
    `the store in ${directory} has ${bytes} bytes: store.maxBytes allows ${bounds.most}. What exists is kept, and can be held and ended`,
  );
};

const full = (directory: string, message: string): StoreError =>
  new StoreError("full", message, { retryable: true, ids: { directory } });
