/** What may be worth a look at the store now. */
export type RespondHint =
  /** Events wait. */
  | { readonly type: "events" }
  /** Runs wait. */
  | { readonly type: "runs" }
  /** The claim on this run may be over: it was cancelled. */
  | { readonly type: "check"; readonly runId: string }
  /** A person has said something to the run that this item of the queue executes. */
  | { readonly type: "answered"; readonly item: string };

/**
 * From those who accept events and change runs to the actors of the same node, so that they look at the store at once. Whoever misses one
 * finds out by itself. With nobody listening, hints go nowhere.
 */
export class RespondHints {
  readonly #listeners = new Set<(hint: RespondHint) => void>();

  tell(hint: RespondHint): void {
    for (const listener of this.#listeners) listener(hint);
  }

  /** Returns how to end it. */
  listen(listener: (hint: RespondHint) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
