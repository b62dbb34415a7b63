import { CommandFailure } from "../cacao/commands/failure.ts";

/** Lets a number of commands work at once. Others wait, in the order in which they came; of those too there are only so many. */
export class WaitingLine {
  readonly #mostWaiting: number;
  readonly #waiting = new Set<() => void>();
  #free: number;

  /** @param atOnce at least 1 */
  constructor(atOnce: number, mostWaiting: number) {
    this.#free = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  /**
   * Resolves with a place, which `leave` gives back; with false when the signal was aborted before there was one.
   * @throws CommandFailure `refused` when the line is full
   */
  async enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    if (this.#waiting.size >= this.#mostWaiting) {
      throw new CommandFailure("refused", `${this.#mostWaiting} commands of this kind wait on this node already`);
    }
    return new Promise((resolve) => {
      const end = (entered: boolean): void => {
        this.#waiting.delete(enter);
        signal.removeEventListener("abort", giveUp);
        resolve(entered);
      };
      const enter = (): void => end(true);
      const giveUp = (): void => end(false);
      this.#waiting.add(enter);
      signal.addEventListener("abort", giveUp);
    });
  }

  /** The place goes to whoever waits longest. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free += 1;
    else next();
  }
}
