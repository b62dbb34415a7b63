/** `__name__:value`, with the path into a dictionary that may follow: `__event__:value.data.ip`, `__list__:value[0]`. */
export interface VariableReference {
  readonly variable: string;
  /** Leads into a variable of type `dictionary`. Behind one of another type it is text, as in `__host__:value.example.com`. */
  readonly path: readonly PathStep[];
  /** As it is written. */
  readonly text: string;
}

/** A key, the place in a list, or `[*]`: whichever element of the list. The last stands in conditions only. */
export type PathStep = string | number | { readonly any: "element" };

/** A text of a playbook in which variables stand: its literal parts and references, in their order. */
export type Template = readonly (string | VariableReference)[];
