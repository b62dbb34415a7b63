import type { Part } from "../../operators/part.ts";
import type { SearchRequest } from "./messages.ts";

/** Texts that the thread keeps: as many responses are judged at once as go back and forth to it. */
const maxTexts = 8;
const maxBytes = 16_777_216;

/** Knows which texts the thread has, so that each goes to it once. */
export class HeldTexts {
  readonly #ids = new Map<Part, number>();
  #bytes = 0;
  #lastId = 0;

  /** What a request has to carry for this text. */
  carry(part: Part): Pick<SearchRequest, "textId" | "text" | "forget"> {
    const known = this.#ids.get(part);
    if (known !== undefined) return { textId: known, forget: [] };
    const textId = ++this.#lastId;
    const forget: number[] = [];
    for (const [old, id] of this.#ids) {
      if (this.#ids.size < maxTexts && this.#bytes + part.size <= maxBytes) break;
      this.#ids.delete(old);
      this.#bytes -= old.size;
      forget.push(id);
    }
    this.#ids.set(part, textId);
    this.#bytes += part.size;
    return { textId, text: Uint8Array.from(part.raw), forget };
  }

  /** The thread is another one and has none. */
  clear(): void {
    this.#ids.clear();
    this.#bytes = 0;
  }
}
