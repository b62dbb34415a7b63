import { printable } from "../../../../base/printable.ts";
import { CacaoSyntaxError } from "../errors.ts";
import type { Comparison, Condition, Operand } from "../model/condition.ts";
import { cacaoBounds } from "../model/playbook.ts";
import { comparisonOf, literalProblem } from "./comparison.ts";
import { type Token, tokensOf } from "./token.ts";

/** Parentheses inside each other. */
const mostDepth = 64;
/** Comparisons of a condition, and values of an `IN`. */
const mostParts = 500;
const observations: readonly string[] = ["FOLLOWEDBY", "WITHIN", "REPEATS", "START", "STOP", "TIMES", "SECONDS"];
const keywords: readonly string[] = ["AND", "OR", "NOT", "EXISTS", "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"];

/**
 * Parses a comparison expression of STIX 2.1 patterning (section 9.6): `AND` binds tighter than `OR`, `NOT` stands before an operator or
 * `EXISTS`. The `[` `]` of an observation around the whole are accepted. More than the grammar has: a variable on the right side of an
 * operator (`__a__:value = __b__:value`), as existing playbooks have it.
 *
 * @param text at most `cacaoBounds.conditionChars`; at most 500 comparisons, and 64 parentheses inside each other
 * @throws CacaoSyntaxError with what stands where something else has to, and what is not of comparison expressions by its name
 */
export const parseCondition = (text: string): Condition => {
  if (text.length > cacaoBounds.conditionChars) {
    throw new CacaoSyntaxError(
      `a condition has at most ${cacaoBounds.conditionChars} characters`,
      cacaoBounds.conditionChars,
    );
  }
  return new ConditionParser(tokensOf(text)).whole();
};

class ConditionParser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #parts = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Condition {
    const isObservation = this.#takes("[");
    const condition = this.#or(0);
    if (isObservation && !this.#takes("]")) throw this.#unexpected("AND, OR or ]");
    if (this.#token.type !== "end") throw this.#unexpected(isObservation ? "the end" : "AND, OR or the end");
    return condition;
  }

  #or(depth: number): Condition {
    let left = this.#and(depth);
    while (this.#takes("OR")) left = { type: "or", left, right: this.#and(depth) };
    return left;
  }

  #and(depth: number): Condition {
    let left = this.#test(depth);
    while (this.#takes("AND")) left = { type: "and", left, right: this.#test(depth) };
    return left;
  }

  #test(depth: number): Condition {
    if (this.#takes("(")) {
      if (depth >= mostDepth) {
        throw new CacaoSyntaxError(`there are more than ${mostDepth} parentheses inside each other`, this.#token.at);
      }
      const inside = this.#or(depth + 1);
      if (!this.#takes(")")) throw this.#unexpected("AND, OR or )");
      return inside;
    }
    this.#count();
    const notAt = this.#token.at;
    const isNegated = this.#takes("NOT");
    if (this.#takes("EXISTS")) return { type: "exists", negated: isNegated, reference: this.#reference() };
    if (isNegated) {
      const message = "NOT stands before EXISTS or before an operator, as in __a__:value NOT = 1";
      throw new CacaoSyntaxError(message, notAt);
    }
    return this.#compare();
  }

  #compare(): Condition {
    const left: Operand = { type: "variable", reference: this.#reference() };
    const isNegated = this.#takes("NOT");
    const operator = this.#token;
    const comparison = operator.type === "symbol" || operator.type === "word" ? comparisonOf(operator.text) : undefined;
    if (comparison === undefined) throw this.#unexpected("an operator");
    this.#next += 1;
    const right = comparison === "IN" ? this.#set() : [this.#operand(comparison)];
    return { type: "compare", left, negated: isNegated, comparison, right };
  }

  #set(): readonly Operand[] {
    if (!this.#takes("(")) throw this.#unexpected("( and the values of IN");
    const values: Operand[] = [];
    if (this.#takes(")")) return values;
    do {
      this.#count();
      values.push(this.#operand("IN"));
    } while (this.#takes(","));
    if (!this.#takes(")")) throw this.#unexpected(", or )");
    return values;
  }

  #operand(comparison: Comparison): Operand {
    const token = this.#token;
    if (token.type === "reference") {
      this.#next += 1;
      return { type: "variable", reference: token.reference };
    }
    if (token.type !== "literal") throw this.#unexpected("a value");
    const problem = literalProblem(comparison, token.literal);
    if (problem !== undefined) throw new CacaoSyntaxError(problem, token.at);
    this.#next += 1;
    return token.literal;
  }

  #reference(): (Operand & { type: "variable" })["reference"] {
    const token = this.#token;
    if (token.type !== "reference") throw this.#unexpected("a variable such as __name__:value");
    this.#next += 1;
    return token.reference;
  }

  #takes(text: string): boolean {
    const token = this.#token;
    if ((token.type !== "symbol" && token.type !== "word") || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #count(): void {
    this.#parts += 1;
    if (this.#parts > mostParts) {
      throw new CacaoSyntaxError(`a condition has at most ${mostParts} comparisons and values`, this.#token.at);
    }
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? { type: "end", at: 0, text: "" };
  }

  #unexpected(expected: string): CacaoSyntaxError {
    const { type, text, at } = this.#token;
    const capitals = text.toUpperCase();
    if (type === "word" && observations.includes(capitals)) {
      return new CacaoSyntaxError(`${capitals} is about observations, which a playbook does not have`, at);
    }
    if (type === "word" && text !== capitals && keywords.includes(capitals)) {
      return new CacaoSyntaxError(`${printable(text)} has to be written ${capitals}`, at);
    }
    const found = type === "end" ? "the end" : `"${printable(text, 60)}"`;
    return new CacaoSyntaxError(`${found} stands where ${expected} has to stand`, at);
  }
}
