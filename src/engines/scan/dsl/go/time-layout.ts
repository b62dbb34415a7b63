/** What a reference time of Go (`Mon Jan 2 15:04:05 MST 2006`) in a layout stands for. */
const chunk =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|__2|_2(?!006)|[345]|PM|pm|[-Z]07(?::00:00|0000|:00|00)?|[.,](?:0+|9+)(?!\d)/g;

/** One part of a layout: text that stands for itself, then a field. */
export interface LayoutPart {
  readonly literal: string;
  /** The reference text of the field, e.g. `2006`; empty at the end. */
  readonly field: string;
}

export const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

export const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

/** Cuts a layout of Go's `time` package into its parts. The last one has no field. */
export const layoutParts = (layout: string): readonly LayoutPart[] => {
  const parts: LayoutPart[] = [];
  let from = 0;
  for (const found of layout.matchAll(chunk)) {
    parts.push({ literal: layout.slice(from, found.index), field: found[0] });
    from = found.index + found[0].length;
  }
  return [...parts, { literal: layout.slice(from), field: "" }];
};

/** Whether a field is a fraction of a second. */
export const isFraction = (field: string): boolean => /^[.,]/.test(field);
