import { openSync, readFileSync, writeSync } from "node:fs";

/** What a writer says of itself, at the moment of its death too. */
export interface WriterLedger {
  /** Accesses whose `check` has begun. */
  readonly begun: number;
  /** Those whose `check` has returned. */
  readonly done: number;
  /** Accesses under a rule that it could not write, and counted as dropped. */
  readonly dropped: number;
}

const bytesOfNumber = 8;
const bytes = 3 * bytesOfNumber;

/** Three numbers in a file that survives the process, written before and after each access. */
export class WrittenLedger {
  readonly #file: number;
  readonly #numbers = Buffer.alloc(bytes);

  constructor(path: string) {
    this.#file = openSync(path, "w", 0o600);
  }

  begin(begun: number): void {
    this.#numbers.writeDoubleLE(begun, 0);
    writeSync(this.#file, this.#numbers, 0, bytesOfNumber, 0);
  }

  end(done: number, dropped: number): void {
    this.#numbers.writeDoubleLE(done, bytesOfNumber);
    this.#numbers.writeDoubleLE(dropped, 2 * bytesOfNumber);
    writeSync(this.#file, this.#numbers, bytesOfNumber, bytes - bytesOfNumber, bytesOfNumber);
  }
}

/** Of one that was killed before its first access: nothing. */
export const readLedger = (path: string): WriterLedger => {
  const numbers = Buffer.alloc(bytes);
  readFileSync(path).copy(numbers);
  const [begun, done, dropped] = [0, 1, 2].map((at) => numbers.readDoubleLE(at * bytesOfNumber));
  return { begun: begun ?? 0, done: done ?? 0, dropped: dropped ?? 0 };
};
