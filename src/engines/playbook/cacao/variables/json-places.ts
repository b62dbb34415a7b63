/** Where in JSON something stands: instead of a value, as all of a string, as a part of one, or in the name of a member. */
export type JsonPlace = "value" | "whole-string" | "string" | "name";

/**
 * Where the gaps between the pieces of a text stand, one for each.
 *
 * @param pieces what stands before the first gap, between the gaps, and behind the last one
 * @returns undefined: the text is no JSON, whatever stands in the gaps
 */
export const jsonPlaces = (pieces: readonly string[]): readonly JsonPlace[] | undefined => {
  const reader = new PlaceReader();
  let skeleton = "";
  for (const [at, piece] of pieces.entries()) {
    skeleton += piece;
    reader.read(piece);
    // Neither fits behind a backslash or beside another value, so a gap there is found out.
    if (at < pieces.length - 1) skeleton += reader.gap() ? "~" : "null";
  }
  return isJson(skeleton) ? reader.places : undefined;
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** A string that was read, as far as it has been read. */
interface StringInJson {
  readonly gaps: number[];
  hasText: boolean;
}

class PlaceReader {
  readonly places: JsonPlace[] = [];
  #string: StringInJson | undefined;
  /** The string that ended last, until it is known whether a colon follows. */
  #ended: StringInJson | undefined;
  #escaped = false;

  read(text: string): void {
    for (const char of text) this.#readChar(char);
  }

  /** @returns whether the gap is in a string */
  gap(): boolean {
    this.#ended = undefined;
    this.#string?.gaps.push(this.places.length);
    this.places.push(this.#string === undefined ? "value" : "string");
    return this.#string !== undefined;
  }

  #readChar(char: string): void {
    if (this.#string === undefined) {
      if (char === ":") this.#nameEnded();
      if (!/\s/.test(char)) this.#ended = undefined;
      if (char === '"') this.#string = { gaps: [], hasText: false };
    } else if (char === '"' && !this.#escaped) {
      this.#stringEnded(this.#string);
    } else {
      this.#escaped = char === "\\" && !this.#escaped;
      this.#string.hasText = true;
    }
  }

  #stringEnded(string: StringInJson): void {
    const [only] = string.gaps;
    if (only !== undefined && string.gaps.length === 1 && !string.hasText) this.places[only] = "whole-string";
    this.#ended = string;
    this.#string = undefined;
  }

  #nameEnded(): void {
    for (const gap of this.#ended?.gaps ?? []) this.places[gap] = "name";
  }
}
