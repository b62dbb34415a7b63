import { z } from "zod";
import type { RefusalReason, Refusals } from "../../access/refusals.ts";
import { type HttpAnswer, callAnswer } from "./http-answer.ts";
import { sameSecret } from "../../access/same-secret.ts";
import type { SessionProblem, Sessions } from "./sessions.ts";

/** A request to one of the client's paths. */
export interface ClientCall {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  /** Undefined when it was longer than is taken. */
  readonly body: string | undefined;
}

export const clientPaths: ReadonlySet<string> = new Set(["/register", "/poll", "/deregister"]);

const registerSchema = z.object({
  "public-key": z.string(),
  "secret-key": z.string(),
  "correlation-id": z.string(),
});
const deregisterSchema = registerSchema.omit({ "public-key": true });

/** Answers the calls of interactsh's clients, nuclei's among them. */
export class ClientCalls {
  readonly #sessions: Sessions;
  readonly #refusals: Refusals;
  readonly #token: string | undefined;

  constructor(sessions: Sessions, refusals: Refusals, token: string | undefined) {
    this.#sessions = sessions;
    this.#refusals = refusals;
    this.#token = token;
  }

  answer({ path, query, authorization, body }: ClientCall): HttpAnswer {
    if (this.#token !== undefined && !sameSecret(authorization ?? "", this.#token)) {
      this.#count(authorization === undefined ? "no-token" : "wrong-token");
      return callAnswer(401, { error: "the token is missing or wrong" });
    }
    if (path === "/poll") return this.#poll(query.get("id") ?? "", query.get("secret") ?? "");
    const content = contentOf(body);
    if (path === "/register") return this.#register(registerSchema.safeParse(content).data);
    return this.#deregister(deregisterSchema.safeParse(content).data);
  }

  #register(call: z.infer<typeof registerSchema> | undefined): HttpAnswer {
    if (call === undefined) return undecodable;
    const problem = this.#sessions.register(call["correlation-id"], call["secret-key"], call["public-key"]);
    if (problem?.full === true) this.#count("too-many-sessions");
    return problem === undefined ? callAnswer(200, { message: "registration successful" }) : refused(problem);
  }

  #poll(id: string, secret: string): HttpAnswer {
    if (id === "") return callAnswer(400, { error: "no id specified for poll" });
    if (secret === "") return callAnswer(400, { error: "no secret specified for poll" });
    const polled = this.#sessions.poll(id, secret);
    return "error" in polled ? refused(polled) : callAnswer(200, polled);
  }

  #deregister(call: z.infer<typeof deregisterSchema> | undefined): HttpAnswer {
    if (call === undefined) return undecodable;
    const problem = this.#sessions.deregister(call["correlation-id"], call["secret-key"]);
    return problem === undefined ? callAnswer(200, { message: "deregistration successful" }) : refused(problem);
  }

  #count(reason: RefusalReason): void {
    this.#refusals.count("collaborator", reason);
  }
}

const undecodable = callAnswer(400, { error: "could not decode json body" });

const refused = ({ error }: SessionProblem): HttpAnswer => callAnswer(400, { error });

const contentOf = (body: string | undefined): unknown => {
  try {
    return JSON.parse(body ?? "");
  } catch {
    return undefined;
  }
};
