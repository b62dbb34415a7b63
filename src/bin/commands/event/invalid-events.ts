import type { EventError } from "../../../engines/events/index.ts";
import { messageLine } from "../../output/messages.ts";

const mostShown = 20;

/** Tells on standard error which parts of a file are no events: the first ones with their places, of the others how many. */
export class InvalidEvents {
  count = 0;
  readonly #name: string;

  /** @param name of the file */
  constructor(name: string) {
    this.#name = name;
  }

  add(line: number, { message }: EventError): void {
    this.count += 1;
    if (this.count <= mostShown) process.stderr.write(messageLine(`garrison: ${this.#name}:${line}: ${message}`));
  }

  close(): void {
    if (this.count === 0) return;
    const more = this.count - mostShown;
    if (more > 0) process.stderr.write(`garrison: ${more} more of these\n`);
    process.stderr.write(
      `${this.count} ${this.count === 1 ? "part is no event and was" : "parts are no events and were"} left out\n`,
    );
  }
}
