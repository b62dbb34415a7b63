import type { StoreError } from "../errors.ts";

/** The calls of one store that have not ended: each takes one or two commands, and closing waits for all of them. */
export class UnderWay {
  readonly #calls = new Set<Promise<unknown>>();
  #refusal: StoreError | undefined;

  /** Makes the call, or rejects as `end` was told. */
  async run<Output>(call: () => Promise<Output>): Promise<Output> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const made = call();
    this.#calls.add(made);
    try {
      return await made;
    } finally {
      this.#calls.delete(made);
    }
  }

  /** Makes no more calls; resolves when all have ended. They have deadlines, so it takes no longer than those. */
  async end(refusal: StoreError): Promise<void> {
    this.#refusal ??= refusal;
    await Promise.allSettled(this.#calls);
  }
}
