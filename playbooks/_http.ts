import type { ActionContext, Json } from "garrison/playbook";

const mostBytes = 16_000;

export interface Call {
  readonly method: "GET" | "POST" | "PUT";
  readonly body?: Json;
  /** Sent as a bearer token. */
  readonly token?: string;
}

/**
 * Calls an API and gives what it answers: JSON, or the text of anything else.
 *
 * @throws Error with the status when the API refuses, also by a redirect: a token is for the address that it was given for
 */
export const callApi = async (url: URL, { method, body, token }: Call, context: ActionContext): Promise<Json> => {
  const response = await fetch(url, {
    method,
    redirect: "error",
    signal: context.signal,
    headers: {
      accept: "application/json",
      "idempotency-key": context.idempotencyKey,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await boundedText(response);
  if (!response.ok) throw new Error(`${method} ${url.origin} answered ${response.status}: ${text.slice(0, 200)}`);
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

/** What an action gives has a bound; what an API answers has none. */
const boundedText = async (response: Response): Promise<string> => {
  let text = "";
  let bytes = 0;
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length;
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (bytes > mostBytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
  }
  return text + decoder.decode();
};

/**
 * A path below the address of an API, each part as one part whatever is in it.
 *
 * @throws Error for a part that would lead elsewhere
 */
export const below = (base: string, ...parts: readonly string[]): URL => {
  const wrong = parts.find((part) => part === "" || part === "." || part === "..");
  if (wrong !== undefined) throw new Error(`"${wrong}" is no part of a path`);
  return new URL(parts.map(encodeURIComponent).join("/"), base.endsWith("/") ? base : `${base}/`);
};
