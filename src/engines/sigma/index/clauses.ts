import type { Expression } from "../expression.ts";

/** Folded texts of which at least one is in a value of every event that matches. */
export type Clause = readonly string[];

/** More texts in one clause cost more than they keep away. */
const mostTexts = 4_096;

/** Clauses, each of which holds for every event of which the expression holds. None when nothing is known. */
export const clausesOf = (expression: Expression): readonly Clause[] => {
  switch (expression.type) {
    case "all":
      return expression.of.flatMap(clausesOf);
    case "any":
    case "at-least":
      return unionOf(expression.of);
    case "selection":
      return clausesOf(expression.of);
    case "field":
    case "keyword":
      return expression.test.required;
    case "not":
    case "null":
    case "exists":
    case "reference":
      return [];
  }
};

/** Of alternatives, the best clause of each together are one. */
const unionOf = (alternatives: readonly Expression[]): readonly Clause[] => {
  const texts = new Set<string>();
  for (const alternative of alternatives) {
    const best = bestOf(clausesOf(alternative));
    if (best === undefined) return [];
    for (const text of best) texts.add(text);
    if (texts.size > mostTexts) return [];
  }
  return [[...texts]];
};

/** The clause that keeps most away: its shortest text is the longest. Of equal ones, that with fewer texts. */
const bestOf = (clauses: readonly Clause[]): Clause | undefined => {
  const [best] = clauses
    .map((clause) => ({ clause, shortest: shortestOf(clause) }))
    .toSorted((one, other) => other.shortest - one.shortest || one.clause.length - other.clause.length);
  return best?.clause;
};

export const shortestOf = (clause: Clause): number => Math.min(...clause.map((text) => text.length));
