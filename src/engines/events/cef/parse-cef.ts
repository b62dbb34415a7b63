/** One message of ArcSight's Common Event Format, its escapes undone. */
export interface CefMessage {
  readonly version: string;
  readonly deviceVendor: string;
  readonly deviceProduct: string;
  readonly deviceVersion: string;
  readonly deviceEventClassId: string;
  readonly name: string;
  readonly severity: string;
  /** By key as it was sent; a key that comes twice has its last value. */
  readonly extensions: ReadonlyMap<string, string>;
}

const start = /^CEF: ?(\d{1,2}(?:\.\d{1,2})?)\|/;
/** Of the header, after the version. */
const headerFields = 6;
/** A key begins the extension or follows a space. What looks like one in a value has its equals sign escaped. */
const key = /(?:^|\s)([\w.[\]-]{1,200})=/g;

export const looksLikeCef = (text: string): boolean => start.test(text);

/**
 * Reads `CEF:0|Vendor|Product|Version|Class|Name|Severity|key=value key=value`. A header that ends before the extension is taken.
 *
 * @returns undefined where the text is no such message: it does not begin so, or its header has too few fields
 */
export const parseCef = (text: string): CefMessage | undefined => {
  const [opening, version] = start.exec(text) ?? [];
  if (opening === undefined || version === undefined) return undefined;
  const header = readHeader(text, opening.length);
  if (header === undefined) return undefined;
  const [deviceVendor = "", deviceProduct = "", deviceVersion = "", deviceEventClassId = "", name = "", severity = ""] =
    header.fields;
  const extensions = readExtensions(text.slice(header.end));
  return { version, deviceVendor, deviceProduct, deviceVersion, deviceEventClassId, name, severity, extensions };
};

/** Fields up to a pipe each; a pipe or a backslash in them stands behind a backslash. */
const readHeader = (text: string, from: number): { fields: readonly string[]; end: number } | undefined => {
  const fields: string[] = [];
  let begin = from;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "|") {
      fields.push(unescaped(text.slice(begin, at)));
      begin = at + 1;
      if (fields.length === headerFields) return { fields, end: begin };
    }
  }
  if (fields.length !== headerFields - 1) return undefined;
  return { fields: [...fields, unescaped(text.slice(begin))], end: text.length };
};

const readExtensions = (text: string): ReadonlyMap<string, string> => {
  const extensions = new Map<string, string>();
  let name: string | undefined;
  let begin = 0;
  const end = (at: number): void => {
    if (name !== undefined) extensions.set(name, unescaped(text.slice(begin, at)).trimEnd());
  };
  for (const match of text.matchAll(key)) {
    end(match.index);
    name = match[1];
    begin = match.index + match[0].length;
  }
  end(text.length);
  return extensions;
};

/** A backslash before anything else is one that a producer forgot to escape: it stays. */
const unescaped = (text: string): string =>
  text.replace(/\\([\\|=nr])/g, (_, sign: string) => (sign === "n" ? "\n" : sign === "r" ? "\r" : sign));
