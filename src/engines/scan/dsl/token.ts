export type TokenKind =
  | "start"
  | "prefix"
  | "number"
  | "boolean"
  | "variable"
  | "function"
  | "accessor"
  | "string"
  | "time"
  | "open"
  | "close"
  | "comparator"
  | "logical"
  | "modifier"
  | "ternary"
  | "separator";

/** One word of an expression. `text` is a symbol, a name or a byte string; numbers and times carry `value`. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly value?: number;
}

const operands = ["prefix", "number", "boolean", "variable", "function", "accessor", "string", "open"] as const;
const afterOperand = ["modifier", "comparator", "logical", "close", "ternary", "separator"] as const;
const afterTime = ["modifier", "comparator", "logical", "close", "separator"] as const;

const followers: Readonly<Record<TokenKind, ReadonlySet<TokenKind>>> = {
  start: new Set<TokenKind>([...operands, "time"]),
  open: new Set<TokenKind>([...operands, "time", "close"]),
  close: new Set<TokenKind>([...afterOperand, "number", "boolean", "variable", "string", "time", "open"]),
  number: new Set<TokenKind>(afterOperand),
  boolean: new Set<TokenKind>(afterOperand),
  string: new Set<TokenKind>(afterOperand),
  variable: new Set<TokenKind>(afterOperand),
  time: new Set<TokenKind>(afterTime),
  modifier: new Set<TokenKind>([...operands, "close"]),
  comparator: new Set<TokenKind>([...operands, "time", "close"]),
  logical: new Set<TokenKind>([...operands, "time", "close"]),
  prefix: new Set<TokenKind>(["number", "boolean", "variable", "function", "accessor", "open", "close"]),
  ternary: new Set<TokenKind>([...operands, "time", "separator"]),
  function: new Set<TokenKind>(["open"]),
  accessor: new Set<TokenKind>([...afterOperand, "open"]),
  separator: new Set<TokenKind>([...operands, "time"]),
};

const mayEnd: ReadonlySet<TokenKind> = new Set<TokenKind>([
  "close",
  "number",
  "boolean",
  "string",
  "time",
  "variable",
  "accessor",
]);

/** Whether a token of one kind may stand directly after one of another (`start`: at the beginning). */
export const mayFollow = (kind: TokenKind, before: TokenKind): boolean => followers[before].has(kind);

/** What is wrong with the order of the tokens, or undefined. */
export const orderProblem = (tokens: readonly Token[]): string | undefined => {
  let before: Token = { kind: "start", text: "" };
  for (const token of tokens) {
    if (!mayFollow(token.kind, before.kind)) {
      if (before.kind === "variable" && token.kind === "open") return `undefined function ${before.text}`;
      return `a ${token.kind} ("${token.text}") cannot stand after a ${before.kind} ("${before.text}")`;
    }
    before = token;
  }
  return mayEnd.has(before.kind) ? undefined : "the expression ends too early";
};
