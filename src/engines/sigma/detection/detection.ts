import type { EventView } from "../event/event-view.ts";
import { type Expression, holds } from "../expression.ts";

/** The detection of a rule or a binding, compiled. */
export class Detection {
  readonly expression: Expression;
  readonly #reasons: readonly Extract<Expression, { type: "selection" }>[];

  constructor(expression: Expression) {
    this.expression = expression;
    this.#reasons = [...reasonsOf(expression)];
  }

  matches(view: EventView): boolean {
    return holds(this.expression, view);
  }

  /** The names of the selections that hold of an event, of those that speak for a match, in the order of the condition. */
  because(view: EventView): readonly string[] {
    return [...new Set(this.#reasons.filter(({ of }) => holds(of, view)).map(({ name }) => name))];
  }
}

/** The selections that are wanted, not those that must not hold. */
function* reasonsOf(expression: Expression): Generator<Extract<Expression, { type: "selection" }>, void, void> {
  if (expression.type === "selection") yield expression;
  else if (expression.type === "all" || expression.type === "any" || expression.type === "at-least") {
    for (const each of expression.of) yield* reasonsOf(each);
  }
}
