import { OrderedMap } from "../../src/store/memory/ordered-map.ts";

/** What the keys that a call has written held before it. */
type Undo = ReadonlyMap<string, string | undefined>;

/** A map that can take back what it was last made to hold, call by call. */
export class JournaledMap extends OrderedMap {
  #undo = new Map<string, string | undefined>();

  override put(key: string, value: string): void {
    this.#note(key);
    super.put(key, value);
  }

  override remove(key: string): void {
    this.#note(key);
    super.remove(key);
  }

  /** Everything that was written since the last call of this. */
  cut(): Undo {
    const undo = this.#undo;
    if (undo.size > 0) this.#undo = new Map();
    return undo;
  }

  /** The latest have to be taken back first. */
  takeBack(undo: Undo): void {
    for (const [key, value] of undo) {
      if (value === undefined) super.remove(key);
      else super.put(key, value);
    }
  }

  #note(key: string): void {
    if (!this.#undo.has(key)) this.#undo.set(key, this.get(key));
  }
}
