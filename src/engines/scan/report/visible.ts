/** Control characters but line ends and tabs, and what turns or hides text. */
const hidden = /[^\P{Cc}\n\t]|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/gu;

/** Text of any site with its own line ends, where nothing is hidden: what a reader could not see stands as `\u{1b}`. */
export const visible = (text: string): string =>
  text
    .replaceAll("\r\n", "\n")
    .replaceAll(hidden, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** The same as one line. */
export const visibleLine = (text: string): string => visible(text).replaceAll(/[\n\t]+/g, " ");
