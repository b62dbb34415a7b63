import { bytesOf } from "../value/value.ts";
import { parseDateLiteral } from "./go/date-literal.ts";
import { mayFollow } from "./token.ts";
import type { Token, TokenKind } from "./token.ts";

/** Why a text is no expression. `unfinished`: it could be the beginning of one. */
export class SyntaxProblem extends Error {
  readonly unfinished: boolean;

  constructor(message: string, unfinished = false) {
    super(message);
    this.name = "SyntaxProblem";
    this.unfinished = unfinished;
  }
}

const space = /\s/u;
const letter = /\p{L}/u;
const digit = /\p{Nd}/u;
const hexDigit = /[\p{Nd}a-fA-F]/u;

const isSpace = (c: string): boolean => c === " " || (c !== "\ufeff" && space.test(c));
const isLetter = (c: string): boolean => letter.test(c);
const isNumeric = (c: string): boolean => c === "." || digit.test(c);
const isHexDigit = (c: string): boolean => hexDigit.test(c);
const isNameCharacter = (c: string): boolean => isLetter(c) || digit.test(c) || c === "_" || c === ".";
const isSymbol = (c: string): boolean => !(digit.test(c) || isLetter(c) || "()[]'\"".includes(c));

const prefixes = new Set(["-", "!", "~"]);
const symbols: readonly (readonly [TokenKind, ReadonlySet<string>])[] = [
  ["modifier", new Set(["+", "-", "*", "/", "%", "**", "&", "|", "^", ">>", "<<"])],
  ["logical", new Set(["&&", "||"])],
  ["comparator", new Set(["==", "!=", ">", ">=", "<", "<=", "=~", "!~"])],
  ["ternary", new Set(["?", ":", "??"])],
];

/** `{{name}}` and `§name§` outside of quotes stand for the variable. */
const placeholder = /\{\{(?=[^}]*[\p{L}_])([^\s{}()'"]+)\}\}|§(?=[^§]*[\p{L}_])([^\s§{}()'"]+)§/uy;

const maxTokens = 2000;

interface Reading {
  readonly word: string;
  /** Whether something ended it before the end of the text. */
  readonly ended: boolean;
}

/**
 * Cuts an expression into tokens by the rules of govaluate: a backslash escapes any character in names, texts and
 * symbols; symbols run until the next letter, digit, quote or bracket (so `&&!x` is no token); a quoted date is a time.
 */
class Lexer {
  readonly #characters: readonly string[];
  readonly #isFunction: (name: string) => boolean;
  #at = 0;

  constructor(source: string, isFunction: (name: string) => boolean) {
    this.#characters = Array.from(source);
    this.#isFunction = isFunction;
  }

  all(): readonly Token[] {
    const tokens: Token[] = [];
    let before: TokenKind = "start";
    for (;;) {
      while (this.#at < this.#characters.length && isSpace(this.#here())) this.#at += 1;
      if (this.#at >= this.#characters.length) return tokens;
      const token = this.#next(before);
      before = token.kind;
      if (tokens.push(token) > maxTokens) throw new SyntaxProblem(`it has more than ${maxTokens} tokens`);
    }
  }

  #here(offset = 0): string {
    return this.#characters[this.#at + offset] ?? "";
  }

  #next(before: TokenKind): Token {
    const first = this.#here();
    if (isNumeric(first)) return this.#number();
    if (first === ",") return this.#single("separator");
    if (first === "[") return { kind: "variable", text: bytesOf(this.#until("]", "bracket")) };
    if (isLetter(first)) return this.#word();
    if (first === "'" || first === '"') return this.#quoted(first);
    if (first === "(") return this.#single("open");
    if (first === ")") return this.#single("close");
    return this.#placeholder() ?? this.#symbol(before);
  }

  #single(kind: TokenKind): Token {
    const text = this.#here();
    this.#at += 1;
    return { kind, text };
  }

  #number(): Token {
    if (this.#here() === "0" && this.#here(1) === "x" && this.#here(2) !== "") {
      this.#at += 2;
      const { word } = this.#read(isHexDigit, false);
      if (!/^[0-9a-fA-F]{1,16}$/.test(word)) throw new SyntaxProblem(`"0x${word}" is no hexadecimal number`);
      return { kind: "number", text: word, value: Number.parseInt(word, 16) };
    }
    const { word } = this.#read(isNumeric, false);
    const value = /^(\d+\.?\d*|\.\d+)$/.test(word) ? Number(word) : NaN;
    if (!Number.isFinite(value)) throw new SyntaxProblem(`"${word}" is no number`);
    return { kind: "number", text: word, value };
  }

  #word(): Token {
    const { word } = this.#read(isNameCharacter, false);
    if (word.indexOf(".") > 0) return accessor(word);
    const text = bytesOf(word);
    if (this.#isFunction(word)) return { kind: "function", text };
    if (word === "true" || word === "false") return { kind: "boolean", text };
    if (word === "in" || word === "IN") return { kind: "comparator", text: "in" };
    return { kind: "variable", text };
  }

  #quoted(quote: string): Token {
    const text = this.#until(quote, "text");
    const value = parseDateLiteral(text);
    return value === undefined ? { kind: "string", text: bytesOf(text) } : { kind: "time", text: bytesOf(text), value };
  }

  #placeholder(): Token | undefined {
    const first = this.#here();
    if (first !== "§" && !(first === "{" && this.#here(1) === "{")) return undefined;
    const rest = this.#characters.slice(this.#at, this.#at + 300).join("");
    placeholder.lastIndex = 0;
    const found = placeholder.exec(rest);
    if (found === null) {
      if (first === "{" && !rest.includes("}}")) throw new SyntaxProblem("a placeholder has no end", true);
      return undefined;
    }
    this.#at += Array.from(found[0]).length;
    return { kind: "variable", text: bytesOf(found[1] ?? found[2] ?? "") };
  }

  #symbol(before: TokenKind): Token {
    const { word: text } = this.#read(isSymbol, false);
    if (mayFollow("prefix", before) && prefixes.has(text)) return { kind: "prefix", text };
    const kind = symbols.find(([, known]) => known.has(text))?.[0];
    if (kind === undefined) throw new SyntaxProblem(`"${text}" is no token`);
    return { kind, text };
  }

  /** What stands between the bracket or quote here and its counterpart. */
  #until(terminator: string, what: string): string {
    this.#at += 1;
    const { word, ended } = this.#read((c) => c !== terminator, true);
    if (!ended) throw new SyntaxProblem(`a ${what} has no end`, true);
    this.#at += 1;
    return word;
  }

  #read(belongs: (character: string) => boolean, withSpaces: boolean): Reading {
    let word = "";
    while (this.#at < this.#characters.length) {
      const character = this.#here();
      if (character === "\\") {
        if (this.#here(1) === "") {
          this.#at += 1;
          return { word, ended: false };
        }
        word += this.#here(1);
        this.#at += 2;
        continue;
      }
      if (!withSpaces && isSpace(character)) return { word, ended: true };
      if (!belongs(character)) return { word, ended: true };
      word += character;
      this.#at += 1;
    }
    return { word, ended: false };
  }
}

const accessor = (word: string): Token => {
  const [, ...fields] = word.split(".");
  for (const field of fields) {
    if (field === "") throw new SyntaxProblem(`"${word}" ends with a period`);
    const first = field.charAt(0);
    if (first.toUpperCase() !== first)
      throw new SyntaxProblem(`"${word}" reads the field "${field}", which is not exported`);
  }
  return { kind: "accessor", text: bytesOf(word) };
};

/**
 * The tokens of an expression.
 *
 * @param source as text (not a byte string)
 * @throws SyntaxProblem
 */
export const tokensOf = (source: string, isFunction: (name: string) => boolean): readonly Token[] =>
  new Lexer(source, isFunction).all();
