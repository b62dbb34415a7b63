/** What other engines' regular expressions have and RE2's have not, by what it begins with. */
const refused: readonly (readonly [RegExp, string])[] = [
  [/\(\?<[=!]/y, "look-behind"],
  [/\(\?[=!]/y, "look-ahead"],
  [/\(\?>/y, "an atomic group"],
  [/\(\?\(/y, "a conditional group"],
  [/\\[1-9]|\\k[<{']/y, "a backreference"],
];
const skipped = /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\\[^]|\[:\^?\w+:\]|[^\]\\])*\]?/y;

/** The first thing of a regular expression that RE2 does not have, by its name; undefined when there is none. */
export const lookAround = (source: string): string | undefined => {
  for (let at = 0; at < source.length;) {
    for (const [form, name] of refused) {
      form.lastIndex = at;
      if (form.test(source)) return name;
    }
    skipped.lastIndex = at;
    at += skipped.exec(source)?.[0].length ?? 1;
  }
  return undefined;
};
