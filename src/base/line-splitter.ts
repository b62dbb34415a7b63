/** Cuts a stream of text into lines. A line that is longer than the bound is cut off there, and the rest of it is dropped. */
export class LineSplitter {
  readonly #mostChars: number;
  readonly #onLine: (line: string) => void;
  #begun = "";

  constructor(mostChars: number, onLine: (line: string) => void) {
    this.#mostChars = mostChars;
    this.#onLine = onLine;
  }

  push(text: string): void {
    const [first = "", ...more] = text.split("\n");
    this.#append(first);
    for (const part of more) {
      this.end();
      this.#append(part);
    }
  }

  /** The stream has ended: what was begun is a line. */
  end(): void {
    const line = this.#begun;
    this.#begun = "";
    if (line !== "") this.#onLine(line);
  }

  #append(part: string): void {
    const room = this.#mostChars - this.#begun.length;
    if (room > 0) this.#begun += part.length > room ? part.slice(0, room) : part;
  }
}
