const head = "id: k\ninfo: {name: Name, author: tester, severity: low}\n";

/** The text of a template with these keys beside `id` and `info`; the id is `k`. */
export const templateText = (keys: string): string => `${head}${keys}\n`;

/** The text of a template with one block of a protocol, whose keys are given with their own line ends. */
export const blockText = (protocol: string, keys: string): string => templateText(`${protocol}:\n${listItem(keys)}`);

/** The same for http with a GET of the target's `/page`. */
export const pageText = (keys: string): string => blockText("http", `path: ["{{BaseURL}}/page"]\n${keys}`);

/** Lines as an entry of a YAML list, indented by two. */
export const listItem = (keys: string): string =>
  keys
    .trimEnd()
    .split("\n")
    .map((line, at) => `${at === 0 ? "  - " : "    "}${line}`)
    .join("\n");
