import type { Space } from "../../store/index.ts";

/** Lets the calls to one space run one after the other, over all kinds that have their data there. */
export class SpaceLanes {
  readonly #last = new Map<Space, Promise<unknown>>();

  /** Runs the call when those before it have settled. */
  run<Result>(space: Space, call: () => Promise<Result>): Promise<Result> {
    const result = (this.#last.get(space) ?? Promise.resolve()).then(call);
    const settled = result.catch(() => undefined);
    this.#last.set(space, settled);
    return result;
  }
}
