import type { Template } from "../../model/text.ts";
import { fill } from "../../variables/fill.ts";
import type { Scope } from "../../variables/scope.ts";
import { CommandFailure } from "../failure.ts";

const space = /\s/;

/** Puts words together, a character or a value after the other, as a shell does with quotes and backslashes. */
class WordReader {
  readonly words: string[] = [];
  #word: string | undefined;
  #quote: '"' | "'" | undefined;
  #escaped = false;

  /** A value is part of the word that it stands in, whatever is in it. */
  value(text: string, tainted: boolean): void {
    if (this.#escaped) throw new CommandFailure("threw", "a backslash stands before a variable");
    const couldBeOption = (this.#word ?? "") === "" && text.startsWith("-") && !this.words.includes("--");
    if (tainted && couldBeOption) {
      throw new CommandFailure(
        "threw",
        `a value from outside would become an option: ${JSON.stringify(text.slice(0, 50))}`,
      );
    }
    this.#add(text);
  }

  literal(text: string): void {
    for (const char of text) this.#read(char);
  }

  end(): readonly string[] {
    if (this.#quote !== undefined) throw new CommandFailure("threw", `a quote ${this.#quote} is not closed`);
    if (this.#escaped) throw new CommandFailure("threw", "it ends with a backslash");
    this.#finish();
    return this.words;
  }

  #read(char: string): void {
    if (this.#escaped) {
      this.#add(char);
      this.#escaped = false;
    } else if (char === "\\" && this.#quote !== "'") this.#escaped = true;
    else if (char === this.#quote) this.#quote = undefined;
    else if (this.#quote !== undefined) this.#add(char);
    else if (char === '"' || char === "'") {
      this.#quote = char;
      this.#add("");
    } else if (space.test(char)) this.#finish();
    else this.#add(char);
  }

  #add(text: string): void {
    this.#word = (this.#word ?? "") + text;
  }

  #finish(): void {
    if (this.#word !== undefined) this.words.push(this.#word);
    this.#word = undefined;
  }
}

/**
 * Splits the text of a command into words and puts values into them: a value never becomes more than one word, and one from outside
 * never an option: behind the word `--` nothing is one. Quotes are those of a shell; in double quotes a backslash stands before any character.
 *
 * @throws CommandFailure for an open quote; VariableError
 */
export const wordsOf = (template: Template, scope: Scope): readonly string[] => {
  const reader = new WordReader();
  for (const part of template) {
    if (typeof part === "string") reader.literal(part);
    else reader.value(fill([part], scope, "plain"), scope.find(part.variable)?.tainted === true);
  }
  return reader.end();
};
