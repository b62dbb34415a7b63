import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { rootCertificates } from "node:tls";
import { BoundedBytes } from "../output/bounded-bytes.ts";

/** A request with all that is sent. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer | undefined;
  /** Certificates in PEM of authorities that are trusted beside those of Node. */
  readonly authorities: readonly string[];
}

export interface HttpResponse {
  readonly status: number;
  readonly reason: string;
  /** In lower case; several values of one name are joined. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: BoundedBytes;
}

/** With these, nothing else has to be said about the length of a request. */
const methodsWithBody = ["POST", "PUT", "PATCH"];

/**
 * Sends one request on a connection of its own and reads the response; redirects are responses like any other. A body beyond `mostBytes`
 * is not read further.
 *
 * @throws whatever the network says, and the signal's reason
 */
export const sendRequest = async (
  { method, url, headers, body, authorities }: HttpRequest,
  mostBytes: number,
  signal: AbortSignal,
): Promise<HttpResponse> => {
  const isTls = url.protocol === "https:";
  // Not kept alive: a connection that the server closes in the same moment would fail the next request.
  const agent = isTls ? new TlsAgent({ keepAlive: false, ...trustOf(authorities) }) : new Agent({ keepAlive: false });
  const length = body?.length ?? (methodsWithBody.includes(method) ? 0 : undefined);
  const sent = (isTls ? tlsRequest : request)(url, {
    method,
    agent,
    signal,
    headers: { ...headers, ...(length !== undefined && { "content-length": length }) },
  });
  try {
    sent.end(body);
    const response = await responseTo(sent);
    const read = new BoundedBytes(mostBytes);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      read.add(chunk);
      if (read.truncated) break;
    }
    return {
      status: response.statusCode ?? 0,
      reason: response.statusMessage ?? "",
      headers: Object.entries(response.headers).map(([name, value = ""]) => [name, [value].flat().join(", ")]),
      body: read,
    };
  } finally {
    sent.destroy();
    agent.destroy();
  }
};

/** Node's own list is read for each request when it is given with others, which takes a while: only if there are others. */
const trustOf = (authorities: readonly string[]): { readonly ca?: string[] } =>
  authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] };

const responseTo = (sent: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    // It stays: after the response, too, an error without a listener would end the thread.
    sent
      .on("error", reject)
      .on("response", resolve)
      // A server that changes the protocol gets no error: Node closes the connection.
      .on("close", () => reject(new Error("the server ended the connection without a response")));
  });
