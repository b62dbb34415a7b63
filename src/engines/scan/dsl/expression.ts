import type { Scope } from "../value/scope.ts";
import type { Value } from "../value/value.ts";
import type { Node } from "./ast.ts";
import { DslError } from "./error.ts";
import { mayWait, stepOf } from "./evaluator.ts";
import { RefusedHelper } from "./helpers/refused.ts";
import { SyntaxProblem } from "./lexer.ts";
import { childrenOf, parse, variablesOf } from "./parser.ts";
import type { DslSetup } from "./setup.ts";

export { DslError } from "./error.ts";
export type { DslNetwork, DslSearcher, DslSetup } from "./setup.ts";

/** An expression of the template language, compiled once and evaluated often. */
export interface Expression {
  /** As text. */
  readonly source: string;
  /** Names that it may look up, also those of placeholders in its texts. Byte strings. */
  readonly variables: readonly string[];
  /** Names of the helpers that it calls, with underscores. */
  readonly functions: readonly string[];
  /** Whether it may have to wait: it searches a pattern, opens a connection or waits for a time. */
  readonly isAsync: boolean;
  /**
   * The value at once where nothing has to wait (always if not `isAsync`, and mostly otherwise), else a promise.
   *
   * @throws DslError (or the promise rejects with it) when there is none
   */
  run(scope: Scope, setup: DslSetup): Value | Promise<Value>;
  /** The value at once. Only for one that is not `isAsync`. */
  evaluate(scope: Scope, setup: DslSetup): Value;
  evaluateAsync(scope: Scope, setup: DslSetup): Promise<Value>;
}

/** Why a text is no expression that can run. */
export interface ExpressionProblem {
  /** `refused`: a helper that is not offered; `invalid`: it cannot be read. */
  readonly kind: "refused" | "invalid";
  readonly message: string;
}

const functionsOf = (node: Node): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (at: Node): void => {
    if (at.kind === "call") found.add(at.helper.name);
    childrenOf(at).forEach(visit);
  };
  visit(node);
  return found;
};

/** Makes an expression of its tree. */
export const expressionOf = (source: string, node: Node): Expression => {
  const step = stepOf(node);
  return {
    source,
    variables: [...variablesOf(node)],
    functions: [...functionsOf(node)],
    isAsync: mayWait(node),
    run: step,
    evaluate: (scope, setup) => {
      const value = step(scope, setup);
      if (!(value instanceof Promise)) return value;
      value.catch(() => undefined);
      throw new DslError("unavailable", "the expression has to wait, and its value is needed at once");
    },
    evaluateAsync: async (scope, setup) => step(scope, setup),
  };
};

/**
 * Compiles an expression by the rules of govaluate as nuclei uses it, with all of its helpers.
 *
 * @param source as text, as it stands in the template; at most 65,536 characters. Values are byte strings.
 */
export const compileExpression = (source: string): Expression | ExpressionProblem => {
  if (source.length > maxSourceLength) {
    return { kind: "invalid", message: `an expression may have at most ${maxSourceLength} characters` };
  }
  try {
    return expressionOf(source, parse(source));
  } catch (thrown) {
    if (thrown instanceof RefusedHelper) return { kind: "refused", message: thrown.message };
    if (!(thrown instanceof SyntaxProblem)) throw thrown;
    return { kind: "invalid", message: `"${source}" is no expression: ${thrown.message}` };
  }
};

const maxSourceLength = 65_536;
