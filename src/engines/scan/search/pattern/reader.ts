/** A pattern says something that its reader does not know. */
export class UnknownSyntax extends Error {}

/** Walks through the source of a pattern. */
export class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get atEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  peek(): string | undefined {
    return this.#source[this.#at];
  }

  /** The next character. */
  next(): number {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) throw new UnknownSyntax();
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  /** Goes past `text` when it is next. */
  take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  takeAny(chars: string): string | undefined {
    const char = this.peek();
    if (char === undefined || !chars.includes(char)) return undefined;
    this.#at += 1;
    return char;
  }

  /** Goes past what a sticky expression matches here. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#source);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }

  /** After `\Q`: what is quoted, up to `\E` or the end. */
  quotation(): string {
    const end = this.#source.indexOf("\\E", this.#at);
    const quoted = this.#source.slice(this.#at, end === -1 ? undefined : end);
    this.#at = end === -1 ? this.#source.length : end + 2;
    return quoted;
  }
}
