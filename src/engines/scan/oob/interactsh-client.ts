import { Pool } from "undici";
import { asError } from "../../../base/errors.ts";
import type { Clock } from "../../../base/clock.ts";
import { createDial } from "../http/connector.ts";
import { exchange, type RawResponse } from "../http/exchange.ts";
import { FailureError, failureOf } from "../http/failure.ts";
import { Reach } from "../http/reach.ts";
import type { WireUrl } from "../http/target.ts";
import type { Resolver } from "../net/resolver.ts";
import { createScopeGuard } from "../scope/guard.ts";
import { OobFailure } from "./failure.ts";
import type { SessionKeys } from "./keys.ts";
import { type PollAnswer, readPollAnswer } from "./poll-answer.ts";
import { type OobServer, parseOobServer } from "./server.ts";

/** Who we are to the server. */
export interface Registration {
  readonly correlationId: string;
  readonly secret: string;
  readonly keys: SessionKeys;
}

export interface InteractshClientSetup {
  readonly server: OobServer;
  readonly clock: Clock;
  readonly resolve: Resolver;
  /** For one call, from its connection to the last byte of its answer. */
  readonly timeoutMs: number;
}

const maxAnswerBytes = 8 * 1024 * 1024;
const maxHeaderBytes = 64 * 1024;
const shownChars = 200;
/** What servers say of a session that they do not have. */
const unknownSession = "could not get correlation-id";

/**
 * The calls of interactsh's protocol. Connections go only where the server's own scope permits, and its certificate is
 * checked: whoever took its place would get the token. One call at a time.
 */
export class InteractshClient {
  readonly url: WireUrl;
  readonly #setup: InteractshClientSetup;
  readonly #pool: Pool;

  /** @throws ScanError `invalid-option`, `invalid-scope` */
  constructor(setup: InteractshClientSetup) {
    const { server, resolve, timeoutMs } = setup;
    this.#setup = setup;
    this.url = parseOobServer(server.address);
    const reach = new Reach({ url: this.url, scope: createScopeGuard(server.scope), exclusions: undefined });
    const dial = createDial(reach, { resolve, connectMs: timeoutMs, verify: true });
    this.#pool = new Pool(this.url.origin, {
      connections: 1,
      // A connection for each call: one that the server has just closed for being idle would look like a lost answer.
      pipelining: 0,
      allowH2: false,
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, callback) =>
        dial((error, socket) => {
          if (socket === null) callback(error ?? new FailureError("unreachable", "no connection"), null);
          else callback(null, socket);
        }),
    });
  }

  /** @throws OobFailure `refused` also when there is such a session already */
  async register({ correlationId, secret, keys }: Registration, signal: AbortSignal): Promise<void> {
    const body = { "public-key": keys.publicKey, "secret-key": secret, "correlation-id": correlationId };
    const { body: answer } = await this.#call("POST", "/register", signal, JSON.stringify(body));
    if (!answer.includes("registration successful")) throw this.#failure("refused", `answers ${shown(answer)}`);
  }

  /** What was recorded since the last poll; the server then has it no more. @throws OobFailure */
  async poll({ correlationId, secret, keys }: Registration, signal: AbortSignal): Promise<PollAnswer> {
    const query = `id=${encodeURIComponent(correlationId)}&secret=${encodeURIComponent(secret)}`;
    const { body, truncated } = await this.#call("GET", `/poll?${query}`, signal);
    if (truncated) throw this.#failure("lost", `answered a poll with more than ${maxAnswerBytes} bytes`);
    try {
      return readPollAnswer(body.toString("utf8"), keys);
    } catch (thrown) {
      throw this.#failure("lost", `answered a poll with ${shown(body)}`, thrown);
    }
  }

  /** @throws OobFailure */
  async deregister({ correlationId, secret }: Registration, signal: AbortSignal): Promise<void> {
    const body = { "correlation-id": correlationId, "secret-key": secret };
    await this.#call("POST", "/deregister", signal, JSON.stringify(body));
  }

  /** Ends its connection; a call under way fails as `lost`. */
  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #call(method: "GET" | "POST", path: string, signal: AbortSignal, body?: string): Promise<RawResponse> {
    const { clock, server, timeoutMs } = this.#setup;
    const headers = [
      ...["Host", this.url.host, "Accept", "application/json"],
      ...(body === undefined ? [] : ["Content-Type", "application/json"]),
      ...(server.token === undefined ? [] : ["Authorization", server.token]),
    ];
    const response = await exchange(
      this.#pool,
      { method, path, headers, body: body ?? null },
      { clock, signal, deadlineMs: timeoutMs, maxBytes: maxAnswerBytes, maxEncodedBytes: maxAnswerBytes },
    ).catch((thrown: unknown) => {
      throw this.#unanswered(asError(thrown));
    });
    if (response.status === 200) return response;
    if (response.status === 401) throw this.#failure("refused", "refuses the token: set the right one");
    const said = response.body.toString("latin1");
    if (said.includes(unknownSession)) throw this.#failure("forgotten", "does not know this session any more");
    throw this.#failure("refused", `answers ${response.status} ${shown(response.body)}`);
  }

  /** Only what failed before a connection stood has surely taken nothing from the server. */
  #unanswered(error: Error): OobFailure {
    const { kind, message } = failureOf(error, this.url.href);
    if (kind === "refused-by-scope") {
      return this.#failure("unreachable", `may not be contacted: ${message}; permit it in interactsh.scope`, error);
    }
    const nothingSent = kind === "unreachable" || kind === "tls";
    return this.#failure(nothingSent ? "unreachable" : "lost", `not reachable: ${message}`, error);
  }

  #failure(kind: OobFailure["kind"], what: string, cause?: unknown): OobFailure {
    return new OobFailure(kind, `interactsh server ${what} (${this.url.origin})`, cause);
  }
}

const shown = (body: Buffer): string => JSON.stringify(body.toString("latin1").slice(0, shownChars));
