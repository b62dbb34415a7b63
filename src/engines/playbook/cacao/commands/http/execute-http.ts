import { STATUS_CODES } from "node:http";
import { printable } from "../../../../../base/printable.ts";
import type { CacaoSettings } from "../../../protocol/messages.ts";
import { basicOf, type Credentials } from "../authentication/credentials.ts";
import type { CommandOutput } from "../call.ts";
import { type HttpInput, type Withheld, withheldValue } from "../command-input.ts";
import { CommandFailure } from "../failure.ts";
import { failureOf } from "../network-failure.ts";
import { cut } from "../output/cut.ts";
import { outputBytes, outputText } from "../output/output-text.ts";
import type { Redaction } from "../output/redaction.ts";
import { type HttpResponse, sendRequest } from "./send-request.ts";

interface HttpExecution {
  readonly withheld: Withheld;
  readonly credentials: Credentials | undefined;
  readonly redaction: Redaction;
  readonly signal: AbortSignal;
  readonly settings: Pick<CacaoSettings, "authorities">;
}

/** Of a response's headers, in the facts. */
const mostHeaderJsonBytes = 8_192;
const mostHeaderChars = 1_024;
/** Of a body, in the message of a failure. */
const bodyTold = { chars: 500, jsonBytes: 1_000 } as const;
const locationChars = 300;
/** Sessions are secrets, too. */
const secretHeaders = ["set-cookie", "www-authenticate", "proxy-authenticate", "authentication-info"];
/** What may stand in a header: printable ASCII, tabs, and bytes beyond. */
const headerValueShape = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Sends a request: `text` is the body of the response, in base64 when it is no UTF-8 (fact `encoding`); facts are `status` and `headers`.
 * Every status from 200 to 299 is success. Redirects are not followed.
 *
 * @throws CommandFailure `refused` when `respond.egress` does not allow the host, else `threw`
 */
export const executeHttp = async (input: HttpInput, execution: HttpExecution): Promise<CommandOutput> => {
  const { redaction, signal } = execution;
  const { authorities } = execution.settings;
  const url = new URL(input.url);
  let response: HttpResponse;
  try {
    response = await sendRequest(
      { method: input.method, url, headers: headersOf(input, execution), body: bodyOf(input), authorities },
      outputBytes,
      signal,
    );
  } catch (thrown) {
    throw failureOf(signal.aborted ? new CommandFailure("threw", "it was aborted") : thrown, url.host);
  }
  const { text, truncated, encoding } = outputText(response.body, redaction);
  const { status } = response;
  if (status < 200 || status > 299) throw new CommandFailure("threw", problemOf(url.host, response, text));
  const facts = { status, headers: factsOf(response, redaction), ...(encoding === "base64" && { encoding }) };
  return { text, truncated, facts };
};

const headersOf = (
  { headers }: HttpInput,
  { withheld, credentials }: HttpExecution,
): Readonly<Record<string, readonly string[]>> => {
  const all = { "user-agent": ["garrison"], ...headers, ...withheld.headers, ...credentialHeader(credentials) };
  for (const [name, values] of Object.entries(all)) {
    // Not the value: it may be a secret.
    if (!values.every((value) => headerValueShape.test(value))) {
      throw new CommandFailure("threw", `the value of the header ${name} has a character that no header can have`);
    }
  }
  return all;
};

const credentialHeader = (credentials: Credentials | undefined): Readonly<Record<string, readonly string[]>> => {
  if (credentials === undefined) return {};
  if (credentials.type !== "oauth2") {
    return { authorization: [`Basic ${basicOf(credentials.user, credentials.password)}`] };
  }
  const { header, scheme, token } = credentials;
  return { [header]: [scheme === "" ? token : `${scheme} ${token}`] };
};

const bodyOf = ({ content }: HttpInput): Buffer | undefined =>
  content && Buffer.from(content.value, content.type === "base64" ? "base64" : "utf8");

const problemOf = (host: string, { status, headers }: HttpResponse, text: string): string => {
  const answered = `${host} answered ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();
  const location = headers.find(([name]) => name === "location")?.[1];
  if (status >= 300 && status <= 399 && location !== undefined) {
    return `${answered}: redirects are not followed; it is at ${printable(location, locationChars)}`;
  }
  const said = cut(text.trim(), bodyTold);
  return said === "" ? answered : `${answered}: ${said}`;
};

const factsOf = ({ headers }: HttpResponse, redaction: Redaction): Readonly<Record<string, string>> => {
  const shown = headers.map(([name, value]): readonly [string, string] => [
    name,
    secretHeaders.includes(name) ? withheldValue : redaction.text(value).slice(0, mostHeaderChars),
  ]);
  let left = mostHeaderJsonBytes;
  const isWithin = (header: readonly [string, string]): boolean => {
    left -= Buffer.byteLength(JSON.stringify(header));
    return left >= 0;
  };
  return Object.fromEntries(shown.filter(isWithin));
};
