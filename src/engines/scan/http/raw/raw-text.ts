/** A raw request taken apart; byte strings. */
export interface RawText {
  /** Lines before the request line that begin with `@`. */
  readonly annotations: readonly string[];
  readonly method: string;
  /** Empty when the request line names none, as in `GET HTTP/1.1`. */
  readonly path: string;
  /** Names and values in turn, in the order and letters in which they are written. */
  readonly headers: readonly string[];
  readonly body: string;
  /** The request without its annotations. */
  readonly request: string;
  /** Where the path stands in `request`. */
  readonly pathAt: number;
}

const requestLine = /^\s*(\S+)(?:[^\S\n]+(\S+))?(?:[^\S\n]+(\S+))?/;

/**
 * Takes a raw request apart as nuclei does: lines end with LF or CR LF, a line without a colon is a header without a
 * value, and the last line end of the body is not part of it unless the body has parts of its own.
 *
 * @param unsafe a request line of one word will do
 * @returns undefined when there is no request line
 */
export const readRawText = (text: string, unsafe: boolean): RawText | undefined => {
  const annotations: string[] = [];
  let at = 0;
  while (text[at] === "@") {
    const { line, next } = lineAt(text, at);
    annotations.push(line);
    at = next;
  }
  const request = text.slice(at);
  const { line, next } = lineAt(request, 0);
  const found = requestLine.exec(line);
  if (found === null) return undefined;
  const [, method = "", second = "", third] = found;
  // Without a path the version comes second.
  const noPath = second === "" || (third === undefined && second.includes("HTTP"));
  if (third === undefined && !unsafe && (second === "" || !noPath)) return undefined;
  const { headers, bodyAt } = readHeaders(request, next);
  const hasParts = headers.some(
    (value, index) => index % 2 === 1 && /content-type/i.test(headers[index - 1] ?? "") && value.includes("multipart/"),
  );
  const rest = request.slice(bodyAt);
  return {
    annotations,
    method,
    path: noPath ? "" : second,
    headers,
    body: hasParts || !rest.endsWith("\r\n") ? rest : rest.slice(0, -2),
    request,
    pathAt: noPath ? -1 : line.indexOf(second, line.indexOf(method) + method.length),
  };
};

const readHeaders = (text: string, from: number): { readonly headers: readonly string[]; readonly bodyAt: number } => {
  const headers: string[] = [];
  let at = from;
  while (at < text.length) {
    const { line, next } = lineAt(text, at);
    at = next;
    const header = line.trim();
    if (header === "") break;
    const colon = header.indexOf(":");
    if (colon === -1) headers.push(header, "");
    else headers.push(header.slice(0, colon), header.slice(colon + 1).trim());
  }
  return { headers, bodyAt: at };
};

const lineAt = (text: string, from: number): { readonly line: string; readonly next: number } => {
  const at = text.indexOf("\n", from);
  return at === -1
    ? { line: text.slice(from), next: text.length }
    : { line: text.slice(from, at).replace(/\r$/, ""), next: at + 1 };
};

/** With further headers after the first Host header, as nuclei adds those of a person; as it is when it has none. */
export const withHeadersAfterHost = (request: string, headers: Readonly<Record<string, string>>): string => {
  const added = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  return added === "" ? request : request.replace(/^host:[^\n]*\r\n/im, (line) => line + added);
};
