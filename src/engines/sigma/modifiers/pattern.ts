import { misfit, type Modifier } from "./modifier.ts";

/** The value is a regular expression, as it stands in the rule. */
export const re: Modifier = (_value, place) => {
  if (!place.first) throw misfit(place, "has to be the first one");
  if (typeof place.source !== "string") throw misfit(place, "is for texts: put the value into quotes");
  return [{ type: "pattern", source: place.source, flags: "" }];
};

const flag =
  (letter: "i" | "m" | "s"): Modifier =>
  (value, place) => {
    if (value.type !== "pattern") throw misfit(place, 'has to stand behind "re"');
    if (value.flags.includes(letter)) throw misfit(place, "stands there twice");
    return [{ ...value, flags: value.flags + letter }];
  };

export const ignoreCase = flag("i");
export const multiline = flag("m");
export const dotAll = flag("s");
