/** Whether a text is as an SQL pattern: `%` is any number of characters, `_` is one. Both are compared in Unicode's form NFC. */
export const isLike = (text: string, pattern: string): boolean => {
  const characters = Array.from(text.normalize("NFC"));
  const wanted = Array.from(pattern.normalize("NFC"));
  let at = 0;
  let next = 0;
  /** Where the last `%` stands, and how far the text is that it takes. */
  let star = -1;
  let taken = 0;
  while (at < characters.length) {
    if (wanted[next] === "%") {
      star = next;
      next += 1;
      taken = at;
    } else if (next < wanted.length && (wanted[next] === "_" || wanted[next] === characters[at])) {
      at += 1;
      next += 1;
    } else if (star !== -1) {
      taken += 1;
      at = taken;
      next = star + 1;
    } else {
      return false;
    }
  }
  return wanted.slice(next).every((character) => character === "%");
};
