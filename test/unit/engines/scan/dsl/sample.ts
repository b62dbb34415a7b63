import assert from "node:assert/strict";
import { seededRandom } from "../../../../../src/base/random.ts";
import { compileExpression, DslError } from "../../../../../src/engines/scan/dsl/expression.ts";
import type { DslErrorCode } from "../../../../../src/engines/scan/dsl/error.ts";
import type { DslSetup, Expression } from "../../../../../src/engines/scan/dsl/expression.ts";
import { Variables } from "../../../../../src/engines/scan/value/scope.ts";
import type { Value } from "../../../../../src/engines/scan/value/value.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";

/** 2023-11-14T22:13:21Z. */
export const now = 1_700_000_001;

/** What expressions run with: a clock that stands still and repeatable randomness. */
export const setup = (more: Partial<DslSetup> = {}): DslSetup => ({
  clock: new ManualClock(),
  random: seededRandom(7),
  ...more,
});

/** An expression that must compile. */
export const compiled = (source: string): Expression => {
  const expression = compileExpression(source);
  if ("kind" in expression) assert.fail(`${source}: ${expression.message}`);
  return expression;
};

/** The value of an expression, whether or not it waits. */
export const valueOf = (
  source: string,
  variables: Readonly<Record<string, Value>> = {},
  more: Partial<DslSetup> = {},
): Promise<Value> => compiled(source).evaluateAsync(new Variables(undefined, variables), setup(more));

/** Asserts that an expression compiles and has no value, for this reason. */
export const failsAs = async (
  source: string,
  code: DslErrorCode,
  variables: Readonly<Record<string, Value>> = {},
  more: Partial<DslSetup> = {},
): Promise<void> => {
  await assert.rejects(
    valueOf(source, variables, more),
    (thrown) => thrown instanceof DslError && thrown.code === code,
    source,
  );
};

/** Why an expression does not compile. */
export const problemOf = (source: string): "refused" | "invalid" | undefined => {
  const expression = compileExpression(source);
  return "kind" in expression ? expression.kind : undefined;
};
