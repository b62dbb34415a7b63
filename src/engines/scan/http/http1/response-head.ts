import { FailureError } from "../failure.ts";

/** The status line and the header fields of a response, as they came; all texts are byte strings. */
export interface ResponseHead {
  /** Such as `HTTP/1.1`. */
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

const statusLine = /^(HTTP\/\d\.\d) +(\d{3})(?: ([^]*))?$/;
/** A space before the colon is taken, as Go's parser does. */
const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z -]+$/;
/** Heads are mostly shorter, so that what comes behind one is rarely made a text for nothing. */
const pieceBytes = 2_048;
const lineFeed = "\n";

/**
 * Reads a head from the pieces in which it arrives. Lines end in CR LF or LF alone and may be folded. Tolerant: a line
 * that is no field is left out; otherwise it is an error, since the client and others may read such a head differently.
 */
export class HeadReader {
  readonly #isTolerant: boolean;
  readonly #headers: string[] = [];
  #left: number;
  #line = "";
  #version = "";
  #status = 0;
  #reason = "";

  /** @param maxBytes of the whole head */
  constructor(maxBytes: number, isTolerant: boolean) {
    this.#left = maxBytes;
    this.#isTolerant = isTolerant;
  }

  /**
   * Where the head ends in the chunk, or undefined when there is more to come.
   *
   * @throws FailureError `protocol`
   */
  feed(chunk: Buffer, from: number): number | undefined {
    for (let at = from; at < chunk.length; at += pieceBytes) {
      const end = Math.min(at + pieceBytes, chunk.length);
      const text = chunk.toString("latin1", at, end);
      const used = this.#lines(text);
      this.#left -= used ?? text.length;
      if (this.#left < 0) throw new FailureError("protocol", "the head of the response is longer than the limit");
      if (used !== undefined) return at + used;
    }
    return undefined;
  }

  /** What was read; to be asked for once `feed` has found the end. */
  head(): ResponseHead {
    return { version: this.#version, status: this.#status, reason: this.#reason, headers: this.#headers };
  }

  /** How many characters belong to the head when its end is among them. */
  #lines(text: string): number | undefined {
    for (let start = 0; ;) {
      const end = text.indexOf(lineFeed, start);
      if (end === -1) {
        this.#line += text.slice(start);
        return undefined;
      }
      const line = this.#line === "" ? text.slice(start, end) : this.#line + text.slice(start, end);
      this.#line = "";
      start = end + 1;
      if (this.#isLast(line.endsWith("\r") ? line.slice(0, -1) : line)) return start;
    }
  }

  /** Takes one line; whether it was the empty one at the end. */
  #isLast(line: string): boolean {
    if (this.#version === "") {
      this.#takeStatus(line);
      return false;
    }
    if (line === "") return true;
    this.#takeField(line);
    return false;
  }

  #takeStatus(line: string): void {
    const found = statusLine.exec(line);
    if (found === null) {
      throw new FailureError("protocol", `the response begins with ${JSON.stringify(line.slice(0, 100))}, not HTTP`);
    }
    const [, version = "", status, reason = ""] = found;
    this.#version = version;
    this.#status = Number(status);
    this.#reason = reason;
  }

  #takeField(line: string): void {
    const headers = this.#headers;
    if (line.startsWith(" ") || line.startsWith("\t")) {
      if (headers.length > 0) headers.push(`${headers.pop() ?? ""} ${line.trim()}`.trim());
      else this.#refuse(line);
      return;
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    if (colon < 1 || line.includes("\0") || !fieldName.test(name)) this.#refuse(line);
    else headers.push(name, trimmed(line, colon + 1));
  }

  #refuse(line: string): void {
    if (this.#isTolerant) return;
    throw new FailureError("protocol", `the response has the header line ${JSON.stringify(line.slice(0, 100))}`);
  }
}

const space = 0x20;
const tab = 0x09;

/** Without spaces and tabs around it, and nothing else: a byte string may have other bytes that `trim` would take. */
const trimmed = (line: string, from: number): string => {
  let start = from;
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start += 1;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end -= 1;
  return line.slice(start, end);
};

const isBlank = (code: number): boolean => code === space || code === tab;

/** The values of a header, joined as one list; empty when it is absent. `name` is in lower case. */
export const headerValue = (headers: readonly string[], name: string): string => {
  let joined = "";
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const key = headers[at];
    if (key?.length !== name.length || key.toLowerCase() !== name) continue;
    const value = headers[at + 1] ?? "";
    joined = joined === "" ? value : `${joined}, ${value}`;
  }
  return joined;
};

/** The values of a header one by one, such as those of Set-Cookie. `name` is in lower case. */
export const headerValues = (headers: readonly string[], name: string): readonly string[] => {
  const values: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const key = headers[at];
    if (key?.length === name.length && key.toLowerCase() === name) values.push(headers[at + 1] ?? "");
  }
  return values;
};
