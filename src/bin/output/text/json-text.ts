/** What JSON leaves as it is and a terminal may obey: control characters, and what turns or hides text. */
const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");

/** JSON text whose strings show nothing but printable characters; it parses to the same value. It has no line ends of its own. */
export const terminalSafe = (json: string): string => json.replaceAll(obeyed, escaped);

/** Plain data as one line of JSON, with its line end. */
export const jsonLine = (value: object): string => `${terminalSafe(JSON.stringify(value))}\n`;
