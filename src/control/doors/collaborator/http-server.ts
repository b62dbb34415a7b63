import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../../base/clock.ts";
import type { Endpoint } from "../../../wire/index.ts";
import { isLocalHost } from "../../access/local-host.ts";
import type { RefusalReason, Refusals } from "../../access/refusals.ts";
import { HttpPort } from "../../http/http-port.ts";
import { type ClientCalls, clientPaths } from "./client-calls.ts";
import { answerText, callAnswer, contactAnswer, type HttpAnswer } from "./http-answer.ts";
import { type HttpContact, readContact } from "./http-request.ts";
import type { CollaboratorLimits } from "./limits.ts";
import type { FoundId, Recorder } from "./recorder.ts";

export interface CollaboratorHttpSetup {
  readonly address: Endpoint;
  /** In lower case; undefined: urls have the id in their path only. */
  readonly domain: string | undefined;
  readonly calls: ClientCalls;
  readonly recorder: Recorder;
  readonly refusals: Refusals;
  readonly limits: CollaboratorLimits;
  readonly clock: Clock;
}

const fullIdChars = 512;

/**
 * The collaborator's HTTP port: calls of clients, and everything else is a contact. The id of a contact is a label of its
 * `Host` or part of its request's target, since an address cannot have names below it.
 */
export class CollaboratorHttp {
  readonly #setup: CollaboratorHttpSetup;
  /** Opened and closed by whoever has the door. */
  readonly port: HttpPort;

  constructor(setup: CollaboratorHttpSetup) {
    this.#setup = setup;
    this.port = new HttpPort({
      address: setup.address,
      maxHeaderBytes: 16_384,
      maxConnections: setup.limits.connections,
      onDrop: () => this.#refuse("too-many-connections"),
      serve: (request, response) => void this.#serve(request, response),
      clock: setup.clock,
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const contact = await readContact(request, this.#setup.limits.bodyBytes);
    if (contact === undefined) return;
    const answer = this.#answer(contact, request);
    response.writeHead(answer.status, { ...answer.headers, "Content-Length": Buffer.byteLength(answer.body) });
    response.end(contact.method === "HEAD" ? undefined : answer.body);
  }

  #answer(contact: HttpContact, request: IncomingMessage): HttpAnswer {
    const { recorder } = this.#setup;
    const [path = "/", query] = contact.target.split("?", 2);
    const inHost = recorder.idsIn(contact.host);
    if (clientPaths.has(path) && inHost.length === 0) return this.#call(contact, path, query, request);
    const hostIds = new Set(inHost.map(({ uniqueId }) => uniqueId));
    const inTarget = recorder.idsIn(contact.target).filter(({ uniqueId }) => !hostIds.has(uniqueId));
    const ids = [...inHost, ...inTarget];
    if (!recorder.admit(ids)) return { status: 429, headers: {}, body: "" };
    const answer = contactAnswer(path, ids[0]?.word ?? "", this.#setup.domain ?? this.port.address);
    const response = answerText(answer);
    for (const id of inHost) this.#record(id, contact.host.slice(0, id.end), contact, response);
    for (const id of inTarget) this.#record(id, contact.target.slice(0, fullIdChars), contact, response);
    return answer;
  }

  #record(id: FoundId, fullId: string, { raw, remoteAddress }: HttpContact, response: string): void {
    this.#setup.recorder.record(id, {
      protocol: "http",
      "full-id": fullId,
      "raw-request": raw,
      "raw-response": response,
      "remote-address": remoteAddress,
    });
  }

  #call(contact: HttpContact, path: string, query: string | undefined, { headers }: IncomingMessage): HttpAnswer {
    const refusal = this.#refusal(contact, headers);
    if (refusal !== undefined) {
      this.#refuse(refusal);
      return callAnswer(403, { error: `refused: ${refusal}` });
    }
    return this.#setup.calls.answer({
      path,
      query: new URLSearchParams(query),
      authorization: headers.authorization,
      body: contact.isCut ? undefined : contact.body,
    });
  }

  /** A page in a browser of this machine is no client of ours, whatever name it was made to use. */
  #refusal({ method }: HttpContact, headers: IncomingMessage["headers"]): RefusalReason | undefined {
    const { host } = headers;
    const isOurs =
      isLocalHost(host, this.port.number) || host?.replace(/:\d+$/, "").toLowerCase() === this.#setup.domain;
    if (!isOurs) return "bad-host";
    const site = headers["sec-fetch-site"];
    if (headers.origin !== undefined || (site !== undefined && site !== "none")) return "cross-origin";
    return method === "GET" || method === "POST" ? undefined : "bad-method";
  }

  #refuse(reason: RefusalReason): void {
    this.#setup.refusals.count("collaborator", reason);
  }
}
