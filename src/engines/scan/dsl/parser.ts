import { bytesOf, textOf } from "../value/value.ts";
import type { BinaryOperator, Node } from "./ast.ts";
import { SyntaxProblem, tokensOf } from "./lexer.ts";
import { splitMarkers } from "./markers.ts";
import { compiledPattern } from "./pattern.ts";
import { orderProblem } from "./token.ts";
import type { Token, TokenKind } from "./token.ts";
import { findHelper, isHelperName } from "./helpers/table.ts";

/** Binary operators from the loosest to the tightest; all group to the left. */
const levels: readonly { readonly kind: TokenKind; readonly operators: ReadonlySet<string> }[] = [
  { kind: "separator", operators: new Set([","]) },
  { kind: "ternary", operators: new Set(["?", ":", "??"]) },
  { kind: "logical", operators: new Set(["||"]) },
  { kind: "logical", operators: new Set(["&&"]) },
  { kind: "comparator", operators: new Set(["==", "!=", ">", ">=", "<", "<=", "=~", "!~", "in"]) },
  { kind: "modifier", operators: new Set(["&", "|", "^"]) },
  { kind: "modifier", operators: new Set(["<<", ">>"]) },
  { kind: "modifier", operators: new Set(["+", "-"]) },
  { kind: "modifier", operators: new Set(["*", "/", "%"]) },
  { kind: "modifier", operators: new Set(["**"]) },
];

const maxDepth = 100;

/** What an operand that is not there counts as: `(a +)` is read, and fails when it is evaluated. */
const nothing: Node = { kind: "literal", value: null };

class Parser {
  readonly #tokens: readonly Token[];
  readonly #depth: number;
  #at = 0;
  #nested = 0;

  constructor(tokens: readonly Token[], depth: number) {
    this.#tokens = tokens;
    this.#depth = depth;
  }

  whole(): Node {
    const node = this.#level(0) ?? nothing;
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new SyntaxProblem(`"${rest.text}" stands where an operator is expected`);
    return node;
  }

  #level(at: number): Node | undefined {
    const level = levels[at];
    if (level === undefined) return this.#operand();
    let left = this.#level(at + 1);
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== level.kind || !level.operators.has(token.text)) return left;
      this.#at += 1;
      left = joined(token.text, left ?? nothing, this.#level(at + 1) ?? nothing);
    }
  }

  #operand(): Node | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === "close") return undefined;
    const before = this.#tokens[this.#at - 1];
    this.#at += 1;
    switch (token.kind) {
      case "number":
      case "time":
        return { kind: "literal", value: token.value ?? 0 };
      case "boolean":
        return { kind: "literal", value: token.text === "true" };
      case "string":
        return this.#text(token.text);
      case "variable":
        return { kind: "variable", name: token.text };
      case "prefix":
        return { kind: "unary", operator: prefixOf(token.text), operand: this.#operand() ?? nothing };
      case "function":
        return this.#call(token.text);
      case "accessor":
        return this.#accessor(token.text);
      case "open":
        return asMember(this.#clause(), before);
      case "comparator":
      case "logical":
      case "modifier":
      case "ternary":
      case "separator":
      case "start":
        throw new SyntaxProblem(`"${token.text}" stands where a value is expected`);
    }
  }

  /** What stands between the parenthesis before here and its counterpart. */
  #clause(): Node | undefined {
    if ((this.#nested += 1) + this.#depth > maxDepth) throw new SyntaxProblem(`it is nested deeper than ${maxDepth}`);
    const node = this.#level(0);
    if (this.#tokens[this.#at]?.kind !== "close") throw new SyntaxProblem("a parenthesis has no end", true);
    this.#at += 1;
    this.#nested -= 1;
    return node;
  }

  #call(name: string): Node {
    const helper = findHelper(name);
    this.#at += 1;
    const inner = this.#clause();
    const args = inner === undefined ? [] : inner.kind === "sequence" ? inner.items : [inner];
    return { kind: "call", helper, args };
  }

  #accessor(path: string): Node {
    if (this.#tokens[this.#at]?.kind === "open") {
      this.#at += 1;
      this.#clause();
    }
    return { kind: "accessor", path };
  }

  /** Text in quotes. Placeholders in it that name variables are looked up when it is evaluated. */
  #text(value: string): Node {
    const pieces = splitMarkers(textOf(value), (inner) => this.#inner(inner));
    if (pieces.every((piece) => typeof piece === "string")) return { kind: "literal", value };
    return {
      kind: "text",
      pieces: pieces.map((piece) => (typeof piece === "string" ? bytesOf(piece) : placeholder(piece))),
    };
  }

  #inner(source: string): Node | undefined {
    const node = parse(source, this.#depth + this.#nested + 10);
    return usesVariables(node) ? node : undefined;
  }
}

const placeholder = (piece: { readonly marker: string; readonly name?: string; readonly expression?: Node }) => {
  const name: Node | undefined = piece.name === undefined ? undefined : { kind: "variable", name: bytesOf(piece.name) };
  return { marker: bytesOf(piece.marker), node: name ?? piece.expression ?? nothing };
};

const joined = (operator: string, left: Node, right: Node): Node => {
  switch (operator) {
    case ",":
      return { kind: "sequence", items: left.kind === "sequence" ? [...left.items, right] : [left, right] };
    case "?":
    case ":":
    case "??":
      return { kind: "ternary", operator, left, right };
    case "&&":
    case "||":
      return { kind: "logical", operator, left, right };
    case "=~":
    case "!~":
      if (right.kind === "literal" && typeof right.value === "string") checkPattern(right.value);
      return { kind: "search", isNegated: operator === "!~", subject: left, pattern: right };
    default:
      return { kind: "binary", operator: operator as BinaryOperator, left, right };
  }
};

const checkPattern = (source: string): void => {
  try {
    compiledPattern(source);
  } catch (thrown) {
    throw new SyntaxProblem(thrown instanceof Error ? thrown.message : "a pattern does not compile");
  }
};

const prefixOf = (text: string): "-" | "!" | "~" => (text === "-" ? "-" : text === "!" ? "!" : "~");

/** Behind `in` a parenthesis is a list even with one member or none. */
const asMember = (inner: Node | undefined, before: Token | undefined): Node => {
  if (before?.kind !== "comparator" || before.text !== "in") return inner ?? nothing;
  if (inner === undefined) return { kind: "sequence", items: [] };
  return inner.kind === "sequence" ? inner : { kind: "sequence", items: [inner] };
};

const usesVariables = (node: Node): boolean => node.kind !== "literal" && variablesOf(node).size > 0;

/** The names that an expression looks up. */
export const variablesOf = (node: Node, found = new Set<string>()): ReadonlySet<string> => {
  if (node.kind === "variable") found.add(node.name);
  for (const child of childrenOf(node)) variablesOf(child, found);
  return found;
};

/** The parts of an expression. */
export const childrenOf = (node: Node): readonly Node[] => {
  switch (node.kind) {
    case "literal":
    case "variable":
    case "accessor":
      return [];
    case "text":
      return node.pieces.flatMap((piece) => (typeof piece === "string" ? [] : [piece.node]));
    case "call":
      return node.args;
    case "sequence":
      return node.items;
    case "unary":
      return [node.operand];
    case "search":
      return [node.subject, node.pattern];
    case "binary":
    case "logical":
    case "ternary":
      return [node.left, node.right];
  }
};

/**
 * Reads an expression.
 *
 * @param source as text; names and texts of the tree are byte strings
 * @throws SyntaxProblem when it is none
 */
export const parse = (source: string, depth = 0): Node => {
  const tokens = tokensOf(source, isHelperName);
  let open = 0;
  for (const { kind } of tokens) open += kind === "open" ? 1 : kind === "close" ? -1 : 0;
  if (open !== 0) throw new SyntaxProblem("parentheses do not match", open > 0);
  const problem = orderProblem(tokens);
  if (problem !== undefined) throw new SyntaxProblem(problem, problem.endsWith("too early"));
  return new Parser(tokens, depth).whole();
};
