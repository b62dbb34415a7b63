/** Shorter ones are found everywhere by chance: hiding them would destroy the text and hide nothing. */
const leastChars = 4;
const mark = "***";

/**
 * Hides secrets in what comes back from outside: servers echo headers, programs print their arguments, errors quote both. A secret is
 * found as it is, and as JSON, a URL and base64 write it. In other forms it is not.
 */
export class Redaction {
  readonly #needles: readonly string[];

  /** @param secrets those of fewer than 4 characters are not hidden */
  constructor(secrets: readonly string[]) {
    const forms = secrets
      .filter(({ length }) => length >= leastChars)
      .flatMap((secret) => [
        secret,
        JSON.stringify(secret).slice(1, -1),
        // By way of a buffer, since half a character cannot be encoded.
        encodeURIComponent(Buffer.from(secret).toString()),
        Buffer.from(secret).toString("base64"),
      ]);
    // The longest first: of two where one contains the other nothing is left over.
    this.#needles = [...new Set(forms)].sort((one, other) => other.length - one.length);
  }

  text(text: string): string {
    return this.#needles.reduce((left, needle) => left.replaceAll(needle, mark), text);
  }

  /**
   * The same for bytes, whichever their encoding.
   * @param truncated they are the beginning of more, which may end inside of a secret: that much of the end is left out
   */
  bytes(bytes: Buffer, truncated: boolean): Buffer {
    const [longest] = this.#needles;
    if (longest === undefined) return bytes;
    const end = truncated ? Math.max(0, bytes.length - Buffer.byteLength(longest)) : bytes.length;
    // As latin1 each byte is a character.
    const plain = bytes.toString("latin1", 0, end);
    const redacted = this.#needles.reduce(
      (left, needle) => left.replaceAll(Buffer.from(needle).toString("latin1"), mark),
      plain,
    );
    return Buffer.from(redacted, "latin1");
  }
}
