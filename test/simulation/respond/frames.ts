/** What is told in frames of which one at a time is unanswered: what comes meanwhile goes with the next. */
export class Frames<Entry> {
  readonly #send: (entries: readonly Entry[], kept: () => void) => void;
  #waiting: Entry[] = [];
  #unanswered = false;

  constructor(send: (entries: readonly Entry[], kept: () => void) => void) {
    this.#send = send;
  }

  add(entry: Entry): void {
    this.#waiting.push(entry);
    this.#flush();
  }

  #flush(): void {
    if (this.#unanswered || this.#waiting.length === 0) return;
    this.#unanswered = true;
    const entries = this.#waiting;
    this.#waiting = [];
    this.#send(entries, () => {
      this.#unanswered = false;
      this.#flush();
    });
  }
}
