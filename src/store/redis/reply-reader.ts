import { StoreError } from "../errors.ts";
import type { ScriptReply } from "./script-runner.ts";

/** Reads the parts of a reply one after another. Rejects what the functions do not return as `internal`. */
export class ReplyReader {
  readonly #script: string;
  readonly #parts: readonly ScriptReply[];
  #at = 0;

  constructor(script: string, reply: ScriptReply) {
    this.#script = script;
    this.#parts = Array.isArray(reply) ? reply : [reply];
  }

  get left(): boolean {
    return this.#at < this.#parts.length;
  }

  /** The reply is that there is nothing. */
  get none(): boolean {
    return this.#parts[0] === null;
  }

  text(): string {
    const part = this.#next();
    if (typeof part !== "string") throw this.#unexpected(part);
    return part;
  }

  /** `undefined` for empty text, which stands for "there is none". */
  optional(): string | undefined {
    const text = this.text();
    return text === "" ? undefined : text;
  }

  /** Text that may be empty and comes with a "+" before it if there is some. */
  marked(): string | undefined {
    return this.optional()?.slice(1);
  }

  whole(): number {
    const part = this.#next();
    if (!Number.isSafeInteger(part)) throw this.#unexpected(part);
    return part as number;
  }

  flag(): boolean {
    return this.whole() === 1;
  }

  /** A number with a fraction, which comes as text. */
  number(): number {
    const text = this.text();
    const value = text === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) throw this.#unexpected(text);
    return value;
  }

  /** Every part that is left, as text. */
  texts(): readonly string[] {
    const texts: string[] = [];
    while (this.left) texts.push(this.text());
    return texts;
  }

  /** One of a few words. */
  word<const Word extends string>(words: readonly Word[]): Word {
    const text = this.text();
    const word = words.find((known) => known === text);
    if (word === undefined) throw this.#unexpected(text);
    return word;
  }

  #next(): ScriptReply | undefined {
    const part = this.#parts[this.#at];
    this.#at += 1;
    return part;
  }

  #unexpected(part: unknown): StoreError {
    const shown = part === undefined ? "nothing" : JSON.stringify(part).slice(0, 100);
    return new StoreError("internal", `the function ${this.#script} replied ${shown} in place ${this.#at}`);
  }
}
