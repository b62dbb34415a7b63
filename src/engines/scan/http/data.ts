import { Part } from "../operators/part.ts";
import type { ResponseData } from "../run/exchange.ts";
import { printed } from "../value/printed.ts";
import { bytesOf, type Value } from "../value/value.ts";
import type { ResponseHistory } from "./history.ts";
import type { HttpRequest } from "./http-request.ts";
import { requestText } from "./request-text.ts";
import { contentLength, headerPairs, headText, type HttpResponse } from "./response.ts";

export interface HttpDataSetup {
  /** As the person gave it. */
  readonly target: string;
  readonly request: HttpRequest;
  /** Undefined: there was none, and what is known of the request waits for out-of-band interactions. */
  readonly response: HttpResponse | undefined;
  /** What the request was made with beside its variables: payloads, out-of-band URLs. */
  readonly extras: ReadonlyMap<string, Value>;
  readonly history: ResponseHistory;
}

/** An HTTP response under nuclei's names; each value is made when it is first asked for. */
export class HttpData implements ResponseData {
  readonly #setup: HttpDataSetup;
  readonly #parts = new Map<string, Part | undefined>();
  #fields: ReadonlyMap<string, string> | undefined;

  constructor(setup: HttpDataSetup) {
    this.#setup = setup;
  }

  value(name: string): Value | undefined {
    const { target, request, response } = this.#setup;
    switch (name) {
      case "host":
        return bytesOf(target);
      case "type":
        return "http";
      case "matched":
        return (response?.url ?? request.url).href;
      case "request":
      case "response":
      case "body":
      case "header":
      case "all_headers":
        return this.part(name)?.bytes;
      case "status_code":
        return response && BigInt(response.status);
      case "content_length":
        return response && BigInt(contentLength(response));
      case "duration":
        return response && response.durationMs / 1_000;
      case "timeout":
        return response && false;
      case "ip":
        return response?.ip;
      default:
        return this.#other(name);
    }
  }

  part(name: string): Part | undefined {
    const key = name === "" ? "body" : name === "header" ? "all_headers" : name;
    const known = this.#parts.get(key);
    if (known !== undefined || this.#parts.has(key)) return known;
    const part = this.#part(key);
    this.#parts.set(key, part);
    return part;
  }

  #part(name: string): Part | undefined {
    const { request, response } = this.#setup;
    switch (name) {
      case "request":
        return new Part(requestText(request));
      case "body":
        return response && new Part(response.body);
      case "all_headers":
        return response && new Part(headText(response));
      case "all":
        return this.#join("body", "all_headers");
      case "response":
        return this.#join("all_headers", "body");
      default: {
        const earlier = this.#setup.history.find(name);
        if (earlier !== undefined && earlier.data.value(earlier.name) !== undefined) {
          return earlier.data.part(earlier.name);
        }
        const value = this.value(name);
        return value === undefined ? undefined : new Part(printed(value));
      }
    }
  }

  #join(first: string, second: string): Part | undefined {
    const [a, b] = [this.part(first), this.part(second)];
    return a === undefined || b === undefined ? undefined : new Part(Buffer.concat([a.raw, b.raw]));
  }

  /** Headers and cookies by name, then what the request was made with, then earlier responses. */
  #other(name: string): Value | undefined {
    const { response, extras, history } = this.#setup;
    // A site must not tell of interactions that nobody saw.
    if (response !== undefined && !name.startsWith("interactsh_")) {
      const field = (this.#fields ??= responseFields(response)).get(name);
      if (field !== undefined) return field;
    }
    const extra = extras.get(name);
    if (extra !== undefined) return extra;
    const earlier = history.find(name);
    return earlier?.data.value(earlier.name);
  }
}

/** Cookies under their names in lower case, then headers in lower case with `_` for `-`, several values by spaces. */
const responseFields = (response: HttpResponse): ReadonlyMap<string, string> => {
  const fields = new Map<string, string>();
  const headers = new Map<string, string>();
  for (const [name, value] of headerPairs(response)) {
    const key = name.toLowerCase().replaceAll("-", "_");
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before} ${value}`);
    if (key !== "set_cookie") continue;
    const cookie = /^\s*([^=;\s]+)\s*=\s*"?([^;"]*)/.exec(value);
    if (cookie?.[1] !== undefined) fields.set(cookie[1].toLowerCase(), (cookie[2] ?? "").trim());
  }
  for (const [key, value] of headers) fields.set(key, value);
  return fields;
};
