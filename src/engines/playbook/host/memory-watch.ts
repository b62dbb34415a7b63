import { readFileSync } from "node:fs";
import type { Clock, Timer } from "../../../base/clock.ts";

const everyMs = 200;
const residentLine = /^VmRSS:\s*(\d+) kB$/m;

/** Resident memory of a process in bytes; `undefined`: there is none. */
const residentBytes = (pid: number): number | undefined => {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, "latin1");
  } catch {
    return undefined;
  }
  const kib = residentLine.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
};

interface Watched {
  readonly pid: number;
  readonly onOver: (bytes: number) => void;
}

/** Looks at the memory of processes, five times a second, with one timer for all. */
export class MemoryWatch {
  readonly #mostBytes: number;
  readonly #clock: Clock;
  readonly #watched = new Set<Watched>();
  #timer: Timer | undefined;

  constructor(mostBytes: number, clock: Clock) {
    this.#mostBytes = mostBytes;
    this.#clock = clock;
  }

  /**
   * @param pid of a process that has not been waited for
   * @param onOver told once, with the resident bytes, when they are more than allowed
   * @returns how to end that
   */
  watch(pid: number, onOver: (bytes: number) => void): () => void {
    const watched = { pid, onOver };
    this.#watched.add(watched);
    this.#timer ??= this.#later();
    return () => {
      this.#watched.delete(watched);
      if (this.#watched.size > 0) return;
      this.#timer?.cancel();
      this.#timer = undefined;
    };
  }

  #later(): Timer {
    return this.#clock.after(everyMs, () => {
      this.#timer = this.#later();
      for (const watched of [...this.#watched]) {
        const bytes = residentBytes(watched.pid);
        if (bytes === undefined || bytes <= this.#mostBytes || !this.#watched.delete(watched)) continue;
        watched.onOver(bytes);
      }
    });
  }
}
