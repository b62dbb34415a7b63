/** What a detection may be. Beyond it is refused, with the place and the bound. */
export const sigmaBounds = {
  /** UTF-16 units of one text or regular expression of a rule. */
  textChars: 4_096,
  /** `?`, and dashes of `windash`, in one text: at worst each is looked at for every character of a value. */
  singleWildcards: 256,
  /** Values of one detection, after placeholders and encodings made several of one. */
  values: 20_000,
  /** Selections of one detection. */
  selections: 200,
  /** Lists and maps inside each other in one selection. */
  depth: 8,
  /** UTF-16 units of all conditions of one detection. */
  conditionChars: 10_000,
  /** Parentheses and `not` inside each other. */
  conditionDepth: 64,
  /** References to selections in one condition, those that `1 of x_*` stands for counted each. */
  conditionReferences: 2_000,
  /** Instructions of all regular expressions of one detection: compiling takes time and memory by their number. */
  patternInstructions: 200_000,
} as const;

/** What a file of rules may be. */
export const ruleFileBounds = {
  chars: 1024 * 1024,
  depth: 24,
  references: 100,
  values: 100_000,
  documents: 1_000,
} as const;
