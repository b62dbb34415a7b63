/** Nesting that the compiler surely follows: of a rule with a few times as much it says nothing, and leaves it out. */
const deepest = 500;
const signs = new RegExp(`(?:(?:\\bnot\\b|[-~])\\s*){${deepest}}`);

/** @returns why rules are not given to the compiler; undefined when their nesting is followed */
export const nestingProblem = (rules: string): string | undefined => {
  let depth = 0;
  for (const [bracket] of rules.matchAll(/[()[\]]/g)) {
    depth = bracket === "(" || bracket === "[" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > deepest) break;
  }
  return depth > deepest || signs.test(rules) ? `a condition is nested deeper than ${deepest}` : undefined;
};
