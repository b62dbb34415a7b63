import { printed } from "../value/printed.ts";
import type { Scope } from "../value/scope.ts";
import { textOf } from "../value/value.ts";
import type { Value } from "../value/value.ts";
import type { Node, Placeholder } from "./ast.ts";
import { DslError } from "./error.ts";
import { checkSize } from "./helpers/helper.ts";
import { asFloat, binaryOperations, boolean, unaryOperations } from "./operators.ts";
import { childrenOf } from "./parser.ts";
import { isFound } from "./pattern.ts";
import type { DslSetup } from "./setup.ts";

type Result = Value | Promise<Value>;

/** One step of an evaluation. It gives a promise only if something in it has to wait. */
export type Step = (scope: Scope, setup: DslSetup) => Result;

/** Whether an expression has something in it that may have to wait. */
export const mayWait = (node: Node): boolean =>
  node.kind === "search" || (node.kind === "call" && node.helper.isAsync) || childrenOf(node).some(mayWait);

const then = (result: Result, next: (value: Value) => Result): Result =>
  result instanceof Promise ? result.then(next) : next(result);

/** Makes the function that evaluates an expression. */
export const stepOf = (node: Node): Step => {
  const step = plainStep(node);
  return isConstant(node) ? folded(step) : step;
};

const plainStep = (node: Node): Step => {
  switch (node.kind) {
    case "literal": {
      const { value } = node;
      return () => value;
    }
    case "variable":
      return variableStep(node.name);
    case "text":
      return textStep(node.pieces);
    case "accessor":
      return () => {
        throw new DslError("wrong-type", `"${textOf(node.path)}" reads a field, and no variable has fields`);
      };
    case "call":
      return callStep(node);
    case "sequence":
      return listStep(node.items.map(stepOf));
    case "unary": {
      const operand = stepOf(node.operand);
      const operation = unaryOperations[node.operator];
      return (scope, setup) => then(operand(scope, setup), operation);
    }
    case "binary": {
      const [left, right] = [stepOf(node.left), stepOf(node.right)];
      const operation = binaryOperations[node.operator];
      return (scope, setup) =>
        then(left(scope, setup), (first) => then(right(scope, setup), (second) => operation(first, second)));
    }
    case "search":
      return searchStep(node);
    case "logical":
      return logicalStep(node);
    case "ternary":
      return ternaryStep(node);
  }
};

const isConstant = (node: Node): boolean =>
  (node.kind === "binary" && node.left.kind === "literal" && node.right.kind === "literal" && node.operator !== "in") ||
  (node.kind === "unary" && node.operand.kind === "literal");

/** The value of a step that needs nothing; one that fails fails each time. */
const folded = (step: Step): Step => {
  const nowhere: Scope = { get: () => undefined };
  try {
    const value = step(nowhere, {} as DslSetup);
    return () => value;
  } catch {
    return step;
  }
};

const variableStep = (name: string): Step => {
  const shown = textOf(name);
  return (scope) => {
    const value = scope.get(name);
    if (value === undefined) throw new DslError("missing-variable", `no variable "${shown}" has a value`);
    return asFloat(value);
  };
};

type ListStep = (scope: Scope, setup: DslSetup) => Value[] | Promise<Value[]>;

/** Runs steps one after the other. */
const listStep =
  (steps: readonly Step[]): ListStep =>
  (scope, setup) => {
    const values: Value[] = [];
    for (const [at, step] of steps.entries()) {
      const value = step(scope, setup);
      if (value instanceof Promise) return awaitRest(value, values, steps.slice(at + 1), scope, setup);
      values.push(value);
    }
    return values;
  };

const awaitRest = async (
  first: Promise<Value>,
  values: Value[],
  rest: readonly Step[],
  scope: Scope,
  setup: DslSetup,
): Promise<Value[]> => {
  values.push(await first);
  for (const step of rest) values.push(await step(scope, setup));
  return values;
};

const callStep = ({ helper, args }: Extract<Node, { kind: "call" }>): Step => {
  const list = listStep(args.map(stepOf));
  return (scope, setup) => {
    const values = list(scope, setup);
    const call = (given: readonly Value[]): Result => helper.call(given, setup);
    return values instanceof Promise ? values.then(call) : call(values);
  };
};

const searchStep = ({ subject, pattern, isNegated }: Extract<Node, { kind: "search" }>): Step => {
  const [left, right] = [stepOf(subject), stepOf(pattern)];
  return (scope, setup) =>
    then(left(scope, setup), (text) =>
      then(right(scope, setup), (source) => {
        if (typeof text !== "string" || typeof source !== "string") {
          throw new DslError("wrong-type", `"${isNegated ? "!~" : "=~"}" needs two texts`);
        }
        return then(isFound(source, text, setup), (found) => found !== isNegated);
      }),
    );
};

const logicalStep = ({ operator, left, right }: Extract<Node, { kind: "logical" }>): Step => {
  const [first, second] = [stepOf(left), stepOf(right)];
  const decides = operator === "||";
  return (scope, setup) =>
    then(first(scope, setup), (value) => {
      if (value === decides) return value;
      return then(second(scope, setup), (other) => {
        boolean(operator, value);
        return boolean(operator, other);
      });
    });
};

const ternaryStep = ({ operator, left, right }: Extract<Node, { kind: "ternary" }>): Step => {
  const [first, second] = [stepOf(left), stepOf(right)];
  if (operator === "?") {
    return (scope, setup) =>
      then(first(scope, setup), (value) => {
        if (value === false) return null;
        return then(second(scope, setup), (other) => (boolean("?", value) ? other : null));
      });
  }
  return (scope, setup) => then(first(scope, setup), (value) => (value === null ? second(scope, setup) : value));
};

const textStep = (pieces: readonly (string | Placeholder)[]): Step => {
  const list = listStep(pieces.map((piece) => (typeof piece === "string" ? () => piece : placeholderStep(piece))));
  return (scope, setup) => {
    const parts = list(scope, setup);
    return parts instanceof Promise ? parts.then(joined) : joined(parts);
  };
};

const joined = (parts: readonly Value[]): Value => {
  const texts = parts.map(printed);
  checkSize(texts.reduce((sum, text) => sum + text.length, 0));
  return texts.join("");
};

/** A placeholder without a value stays what it is. */
const placeholderStep = ({ marker, node }: Placeholder): Step => {
  const step = stepOf(node);
  const stay = (thrown: unknown): Value => {
    if (thrown instanceof DslError) return marker;
    throw thrown;
  };
  return (scope, setup) => {
    try {
      const value = step(scope, setup);
      return value instanceof Promise ? value.catch(stay) : value;
    } catch (thrown) {
      return stay(thrown);
    }
  };
};
