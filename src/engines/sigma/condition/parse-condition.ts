import { printable } from "../../../base/printable.ts";
import { sigmaBounds } from "../bounds.ts";
import { SigmaError } from "../errors.ts";
import { type Condition, conditionWords } from "./condition.ts";
import { type Token, tokensOf } from "./token.ts";

/**
 * Parses a condition: `or` binds least, then `and`, then `not`; `N of`, `all of`, `any of` take a pattern of names or `them`. Words are
 * read in any case.
 *
 * @throws SigmaError with what stands where something else has to
 */
export const parseCondition = (source: string, at: string): Condition => {
  const parser = new ConditionParser(tokensOf(source, at), at);
  return parser.whole();
};

class ConditionParser {
  readonly #tokens: readonly Token[];
  readonly #at: string;
  #next = 0;

  constructor(tokens: readonly Token[], at: string) {
    this.#tokens = tokens;
    this.#at = at;
  }

  whole(): Condition {
    const condition = this.#any(1);
    if (this.#token.type !== "end") throw this.#unexpected('"and", "or" or the end');
    return condition;
  }

  #any(depth: number): Condition {
    const of = [this.#all(depth)];
    while (this.#takes("or")) of.push(this.#all(depth));
    return joinedBy("any", of);
  }

  #all(depth: number): Condition {
    const of = [this.#negation(depth)];
    while (this.#takes("and")) of.push(this.#negation(depth));
    return joinedBy("all", of);
  }

  #negation(depth: number): Condition {
    if (depth > sigmaBounds.conditionDepth) {
      throw new SigmaError("too-large", this.#at, `is nested deeper than ${sigmaBounds.conditionDepth} levels`);
    }
    if (this.#takes("not")) return { type: "not", of: this.#negation(depth + 1) };
    if (!this.#takesBracket("open")) return this.#operand();
    const inside = this.#any(depth + 1);
    if (!this.#takesBracket("close")) throw this.#unexpected('"and", "or" or ")"');
    return inside;
  }

  #operand(): Condition {
    const word = this.#word('a selection, "not", "(", or such as "1 of selection_*"');
    const count = countOf(word);
    if (count !== undefined && this.#takes("of")) {
      const pattern = this.#word("a pattern of names, or them");
      if (pattern.toLowerCase() !== "them" && isKeyword(pattern)) throw this.#unexpected("a pattern of names", -1);
      return { type: "count", count, pattern: pattern.toLowerCase() === "them" ? "them" : pattern };
    }
    if (isKeyword(word) || word.includes("*")) throw this.#unexpected("a selection", -1);
    return { type: "selection", name: word };
  }

  #word(expected: string): string {
    const token = this.#token;
    if (token.type !== "word") throw this.#unexpected(expected);
    this.#next += 1;
    return token.text;
  }

  #takes(keyword: string): boolean {
    const token = this.#token;
    if (token.type !== "word" || token.text.toLowerCase() !== keyword) return false;
    this.#next += 1;
    return true;
  }

  #takesBracket(type: "open" | "close"): boolean {
    if (this.#token.type !== type) return false;
    this.#next += 1;
    return true;
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? { type: "end", column: 0 };
  }

  #unexpected(expected: string, offset = 0): SigmaError {
    const token = this.#tokens[this.#next + offset] ?? this.#token;
    const shown = { open: '"("', close: '")"', end: "the end", word: "" }[token.type];
    const found = token.type === "word" ? `"${printable(token.text, 60)}"` : shown;
    const message = `${found} stands at character ${token.column} where ${expected} has to stand`;
    return new SigmaError("invalid-rule", this.#at, message);
  }
}

const joinedBy = (type: "all" | "any", of: readonly Condition[]): Condition => {
  const [first] = of;
  return first !== undefined && of.length === 1 ? first : { type, of };
};

const countOf = (word: string): number | "all" | undefined => {
  const name = word.toLowerCase();
  if (name === "all") return "all";
  if (name === "any") return 1;
  return /^[1-9]\d{0,3}$/.test(name) ? Number(name) : undefined;
};

const isKeyword = (word: string): boolean => conditionWords.includes(word.toLowerCase());
