/** Widths of characters of a sans-serif font, in parts of its size: without the font they are known about only. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3fffd}]/u;
const wideWidth = 1;
const capitalWidth = 0.72;
const usualWidth = 0.58;

/** About how wide a text is, in the unit of the size of its font. */
export const textWidth = (text: string, fontSize: number): number =>
  Array.from(text, (char) => widthOf(char) * fontSize).reduce((sum, each) => sum + each, 0);

const widthOf = (char: string): number => {
  if (wide.test(char)) return wideWidth;
  return /[A-Z@%MWmw&]/.test(char) ? capitalWidth : usualWidth;
};

/** A text in lines of at most a width, broken between words where that can be. What is over the lines ends with an ellipsis. */
export const wrapText = (text: string, fontSize: number, width: number, mostLines: number): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((each) => pieces(each, fontSize, width))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer, fontSize) <= width) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
    if (lines.length === mostLines) return withEllipsis(lines, fontSize, width);
  }
  return [...lines, line];
};

/** A word in pieces that fit into a line. */
const pieces = (word: string, fontSize: number, width: number): readonly string[] => {
  const found: string[] = [];
  let piece = "";
  for (const char of word) {
    if (piece !== "" && textWidth(piece + char, fontSize) > width) {
      found.push(piece);
      piece = "";
    }
    piece += char;
  }
  return [...found, piece];
};

const withEllipsis = (lines: readonly string[], fontSize: number, width: number): readonly string[] => {
  const characters = Array.from(lines.at(-1) ?? "");
  while (characters.length > 0 && textWidth(`${characters.join("")}…`, fontSize) > width) characters.pop();
  return [...lines.slice(0, -1), `${characters.join("")}…`];
};
