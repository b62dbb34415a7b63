import { closeSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

const pageBytes = 4_096;
const pieceBytes = 1024 * 1024;

/**
 * A file system of a few megabytes that only the processes started `through` it see: a tmpfs in a mount namespace of theirs, which is
 * gone with the last of them. Needs no rights but those to make a user namespace.
 */
export class SmallDisk {
  /** Where it is mounted for those processes; an empty folder for all others. */
  readonly path: string;
  /** What a process is started with to see it. */
  readonly through: readonly string[];

  constructor(path: string, megabytes: number) {
    this.path = path;
    const mount = `mount -t tmpfs -o size=${megabytes}m tmpfs "$0" && exec "$@"`;
    this.through = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, path];
  }

  /** Takes what is left to the last byte, or all but `leave` bytes. `pid`: a process that sees it. */
  fill(pid: number, leave = 0): void {
    const file = openSync(this.#filler(pid), "a");
    try {
      for (let size = pieceBytes; size >= pageBytes; size /= 2) {
        const piece = Buffer.alloc(size);
        while (this.freeBytes(pid) - leave >= size) writeSync(file, piece);
      }
    } finally {
      closeSync(file);
    }
  }

  /** Gives back what `fill` took. */
  free(pid: number): void {
    rmSync(this.#filler(pid), { force: true });
  }

  freeBytes(pid: number): number {
    const { bavail, bsize } = statfsSync(this.#seenBy(pid));
    return bavail * bsize;
  }

  #filler(pid: number): string {
    return join(this.#seenBy(pid), "filler");
  }

  #seenBy(pid: number): string {
    return join(`/proc/${pid}/root`, this.path);
  }
}
