/** What a condition says of the selections of its detection, by their names. */
export type Condition =
  | { readonly type: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly type: "not"; readonly of: Condition }
  | { readonly type: "selection"; readonly name: string }
  /** `1 of x_*`, `all of them`. */
  | { readonly type: "count"; readonly count: number | "all"; readonly pattern: string };

/** Words that no selection may have as its name, in lower case. */
export const conditionWords: readonly string[] = ["and", "or", "not", "of", "them", "all", "any"];
