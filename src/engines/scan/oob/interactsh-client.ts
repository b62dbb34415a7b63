import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { asError } from "../../../base/errors.ts";
import type { Clock } from "../../../base/clock.ts";
import { FailureError } from "../http/failure.ts";
import type { WireUrl } from "../http/target.ts";
import { createDialer, type Dialer } from "../net/dialer.ts";
import type { Resolver } from "../net/resolver.ts";
import { createScopeGuard } from "../scope/guard.ts";
import { OobFailure } from "./failure.ts";
import { callOver, type HttpCallAnswer } from "./http-call.ts";
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
  /** For the connection of a call, and again for its answer. */
  readonly timeoutMs: number;
}

const maxAnswerBytes = 8 * 1024 * 1024;
/** What we accept of a server that gets our token; sites under test are another matter. */
const tls = { minVersion: "TLSv1.2", ciphers: "DEFAULT" } as const;
const shownChars = 200;
/** What servers say of a session that they do not have. */
const unknownSession = "could not get correlation-id";

/**
 * The calls of interactsh's protocol. Connections go only where the server's own scope permits, and its certificate is
 * checked: whoever took its place would get the token. Each call has a connection of its own.
 */
export class InteractshClient {
  readonly url: WireUrl;
  readonly #setup: InteractshClientSetup;
  readonly #dialer: Dialer;

  /** @throws ScanError `invalid-option`, `invalid-scope` */
  constructor(setup: InteractshClientSetup) {
    const { server, clock, resolve } = setup;
    this.#setup = setup;
    this.url = parseOobServer(server.address);
    this.#dialer = createDialer({ clock, resolve, scope: createScopeGuard(server.scope) });
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
    const { body, isCut } = await this.#call("GET", `/poll?${query}`, signal);
    if (isCut) throw this.#failure("lost", `answered a poll with more than ${maxAnswerBytes} bytes`);
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

  async #call(method: "GET" | "POST", path: string, signal: AbortSignal, body?: string): Promise<HttpCallAnswer> {
    const { clock, server, timeoutMs } = this.#setup;
    const socket = await this.#connect(signal);
    const headers = {
      Host: this.url.host,
      Accept: "application/json",
      Connection: "close",
      ...(body === undefined
        ? {}
        : { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(body)) }),
      ...(server.token === undefined ? {} : { Authorization: server.token }),
    };
    const bounds = { clock, signal, withinMs: timeoutMs, maxBytes: maxAnswerBytes };
    const answer = await callOver(socket, { method, path, headers, body }, bounds).catch((thrown: unknown) => {
      throw this.#failure("lost", `not reachable: ${asError(thrown).message}`, thrown);
    });
    if (answer.status === 200) return answer;
    if (answer.status === 401) throw this.#failure("refused", "refuses the token: set the right one");
    if (answer.body.includes(unknownSession)) throw this.#failure("forgotten", "does not know this session any more");
    throw this.#failure("refused", `answers ${answer.status} ${shown(answer.body)}`);
  }

  /** Whatever fails here, nothing was asked of the server yet. */
  async #connect(signal: AbortSignal): Promise<Socket> {
    const { hostname, port, scheme } = this.url;
    const dialling = { hostname, port, signal, connectMs: this.#setup.timeoutMs, excluded: undefined };
    try {
      const socket = await this.#dialer.connect(scheme === "https" ? { ...dialling, tls } : dialling);
      if (!(socket instanceof TLSSocket) || socket.authorized) return socket;
      socket.destroy();
      throw new FailureError("tls", `its certificate is not trusted: ${String(socket.authorizationError)}`);
    } catch (thrown) {
      const { message } = asError(thrown);
      const isRefused = thrown instanceof FailureError && thrown.kind === "refused-by-scope";
      const what = isRefused
        ? `may not be contacted: ${message}; permit it in interactsh.scope`
        : `not reachable: ${message}`;
      throw this.#failure("unreachable", what, thrown);
    }
  }

  #failure(kind: OobFailure["kind"], what: string, cause?: unknown): OobFailure {
    return new OobFailure(kind, `interactsh server ${what} (${this.url.origin})`, cause);
  }
}

const shown = (body: Buffer): string => JSON.stringify(body.toString("latin1").slice(0, shownChars));
