import { bytesOf } from "../../value/value.ts";
import type { WireUrl } from "../target.ts";

/** The client says how long the body is; what a template says of it counts in `unsafe` requests only, as in Go. */
const ofTheClient = new Set(["content-length", "transfer-encoding"]);

/** What names of headers and methods are made of. */
export const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** The headers of one request while it is made: one value a name, whatever the case of its letters. */
export class HeaderList {
  readonly #headers = new Map<string, readonly [name: string, value: string]>();

  constructor(headers: readonly string[] = []) {
    for (let at = 0; at + 1 < headers.length; at += 2) this.set(headers[at] ?? "", headers[at + 1] ?? "");
  }

  has(lowerName: string): boolean {
    return this.#headers.has(lowerName);
  }

  get(lowerName: string): string | undefined {
    return this.#headers.get(lowerName)?.[1];
  }

  /** In the place of an earlier one of this name. */
  set(name: string, value: string): void {
    const lower = name.toLowerCase();
    if (name !== "" && !ofTheClient.has(lower)) this.#headers.set(lower, [name, value]);
  }

  setDefault(name: string, value: string): void {
    if (!this.#headers.has(name.toLowerCase())) this.set(name, value);
  }

  /** Headers that a person gave, as text. */
  setAll(headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) this.set(name, bytesOf(value));
  }

  /** Why these headers cannot be sent, in words for a person; undefined when they can. */
  problem(): string | undefined {
    for (const [name, value] of this.#headers.values()) {
      if (!token.test(name)) return `"${name.slice(0, 100)}" is no name of a header`;
      if (hasControl(value)) return `the value of header ${name} has a control character`;
    }
    return undefined;
  }

  /** Names and values in turn; Host only when it is not the URL's. */
  pairs({ scheme, host }: Pick<WireUrl, "scheme" | "host">): readonly string[] {
    const own = this.#headers.get("host");
    if (own !== undefined) {
      const value = own[1].replace(scheme === "https" ? /:443$/ : /:80$/, "");
      if (value === host || value === "") this.#headers.delete("host");
      else this.#headers.set("host", [own[0], value]);
    }
    const pairs: string[] = [];
    for (const [name, value] of this.#headers.values()) pairs.push(name, value);
    return pairs;
  }
}

/** Whether a text has a control character other than the tab: it cannot be the value of a header. */
export const hasControl = (bytes: string): boolean => {
  for (let at = 0; at < bytes.length; at += 1) {
    const code = bytes.charCodeAt(at);
    if ((code < 32 && code !== 9) || code === 127) return true;
  }
  return false;
};
