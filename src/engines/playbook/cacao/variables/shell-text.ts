import type { Filling } from "./filling.ts";

/**
 * Where in a shell text we are. `unsure`: behind something that begins another language or another level of this one (`$(`, `` ` ``,
 * `${…}` with more than a name, `<<`, `$'`), or that expands again what was quoted (`((`, `[[`, `name[`, `let`, `eval`), up to the end of
 * the text.
 */
type Place = "plain" | "single" | "double" | "comment" | "unsure";

/** Nothing that a shell takes for syntax. `=` is missing: it would make an assignment of a word. */
const safe = /^[\w@%+:,./-]+$/;
const reserved = /^(?:if|then|else|elif|fi|do|done|case|esac|while|until|for|in|select|function|time|coproc)$/;
/** What they are given is taken for syntax once more, without its quotes. */
const evaluators = /^(?:eval|let)$/;
const separator = /[\s;&|(){}!`]/;
const parameter = /\$\{[A-Za-z_]\w*\}/y;

/**
 * Follows the text of a POSIX shell as it grows and says how a value from outside can be put at its end so that it is only a value there.
 * Wherever it is not sure it refuses all but values that mean themselves in every place.
 */
export class ShellText implements Filling {
  #place: Place = "plain";
  #escaped = false;
  /** The character before, as far as it means something for the next one. */
  #last = "";
  #beforeEscape = "";
  /** The word so far, outside quotes. What is quoted or a value makes another one of it. */
  #word = "";
  #text = "";

  get text(): string {
    return this.#text;
  }

  append(text: string): undefined {
    this.#text += text;
    for (let at = 0; at < text.length;) at = this.#read(text, at);
  }

  /** A value as one word, or as a part of the word that it stands in. */
  appendTainted(value: string, next: string): string | undefined {
    if (value.includes("\0")) return "has a character with the code 0, which no shell takes";
    if (this.#isBehindDollar) return "stands behind a $, which would make it the name of a shell variable";
    if (this.#escaped) return "stands behind a backslash";
    if (this.#place === "plain") {
      this.#text += isWord(value, next) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
    } else {
      if (value !== "" && !safe.test(value)) return reasons[this.#place];
      this.#text += value;
    }
    // What follows goes on with the same word.
    this.#last = "'";
    this.#word += "'";
    return undefined;
  }

  /** Reads what begins at a place of the text; returns where the next begins. */
  #read(text: string, at: number): number {
    const char = text.charAt(at);
    const before = this.#last;
    this.#last = char;
    if (this.#escaped) {
      this.#escaped = false;
      // A line that goes on is the same line; another character is a part of a word.
      this.#last = char === "\n" ? this.#beforeEscape : "'";
      return at + 1;
    }
    switch (this.#place) {
      case "unsure":
        break;
      case "comment":
        if (char === "\n") this.#place = "plain";
        break;
      case "single":
        if (char === "'") this.#place = "plain";
        break;
      case "double":
        if (char === '"') this.#place = "plain";
        else return this.#readExpanded(text, at, before);
        break;
      case "plain":
        if (char === "'" || char === '"') this.#place = before === "$" ? "unsure" : char === "'" ? "single" : "double";
        else if (char === "#" && /^[\s;&|()<>]?$/.test(before)) this.#place = "comment";
        else if (this.#beginsMore(char, before)) this.#place = "unsure";
        else {
          this.#word = separator.test(char) ? "" : this.#word + char;
          return this.#readExpanded(text, at, before);
        }
        this.#word = "";
    }
    return at + 1;
  }

  /** A document, or what bash computes: names, subscripts and `$(…)` in it are expanded although they are quoted. */
  #beginsMore(char: string, before: string): boolean {
    if (char === "<" || char === "(") return before === char;
    if (char === "[") return /[\w[]/.test(before);
    return separator.test(char) && evaluators.test(this.#word);
  }

  /** What means the same outside quotes and in double ones. */
  #readExpanded(text: string, at: number, before: string): number {
    const char = text.charAt(at);
    parameter.lastIndex = at;
    if (char === "\\") {
      this.#escaped = true;
      this.#beforeEscape = before;
    } else if (char === "`" || (before === "$" && /[({[]/.test(char))) {
      this.#place = "unsure";
    } else if (parameter.test(text)) {
      this.#last = "}";
      return parameter.lastIndex;
    }
    return at + 1;
  }

  get #isBehindDollar(): boolean {
    if (this.#place === "single" || this.#place === "comment") return false;
    return this.#last === "$" || (this.#place === "unsure" && this.#last === "{");
  }
}

/** Whether a value can stand outside quotes as it is. Digits before a redirection would be the descriptor that it is about. */
const isWord = (value: string, next: string): boolean =>
  safe.test(value) && !reserved.test(value) && !(/^\d+$/.test(value) && /^[<>]/.test(next));

const reasons: Readonly<Record<Exclude<Place, "plain">, string>> = {
  single: "stands inside quotes: write it outside of them, it is quoted there",
  double: "stands inside quotes: write it outside of them, it is quoted there",
  comment: "stands in a comment",
  unsure:
    "stands behind $(, `, ${, <<, $', ((, [[, name[, let or eval, where it cannot be quoted: give it to a shell variable before that",
};
