import type { IncomingMessage } from "node:http";
import { deciderOf, type Decides, type MiddlewareOptions } from "./middleware-options.ts";
import { refusalOf } from "./refusal.ts";

/** What of a request of Fastify is needed. */
export interface RequestOfFastify {
  readonly raw: IncomingMessage;
}

/** What of a reply of Fastify is needed. */
export interface ReplyOfFastify {
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(payload: string): unknown;
}

/** What of an instance of Fastify is needed. */
export interface InstanceOfFastify<Request, Reply> {
  addHook(name: Stage, hook: (request: Request, reply: Reply, done: () => void) => void): unknown;
}

/** When a request is decided about: as soon as it is there, or when its body has been read and checked. */
export type Stage = "onRequest" | "preHandler";

export interface FastifyGuardOptions<Request, Reply> extends MiddlewareOptions<Request, Reply> {
  /** By default `onRequest`. `preHandler` where the account is in the body. */
  readonly stage?: Stage;
}

export type FastifyPlugin<Request, Reply> = (
  instance: InstanceOfFastify<Request, Reply>,
  options: unknown,
  done: () => void,
) => void;

/** Fastify's marks of a plugin: its hooks are for the instance that registers it and not for one below it; its name in errors. */
const marks = {
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "garrison-guard",
};

/**
 * A guard as a plugin of Fastify: `app.register(guardFastify(guard, { rules: [1] }))`. For the routes of the instance that registers it.
 * It does not ask Fastify's own `trustProxy`.
 *
 * @throws GuardError `invalid-option`
 */
export const guardFastify = <
  Request extends RequestOfFastify = RequestOfFastify,
  Reply extends ReplyOfFastify = ReplyOfFastify,
>(
  guard: Decides,
  options: FastifyGuardOptions<Request, Reply>,
): FastifyPlugin<Request, Reply> => {
  const decide = deciderOf(guard, options);
  const { onDeny, onChallenge, stage = "onRequest" } = options;
  const intercept = (request: Request, reply: Reply, proceed: () => void): void => {
    const decision = decide(request, request.raw);
    if (decision.verdict === "allow") return proceed();
    const hook = decision.verdict === "deny" ? onDeny : onChallenge;
    if (hook !== undefined) return hook(request, reply, { decision, proceed });
    const { status, headers, text } = refusalOf(decision);
    reply.code(status);
    reply.headers({ ...headers });
    reply.send(text);
  };
  const plugin: FastifyPlugin<Request, Reply> = (instance, _options, done) => {
    instance.addHook(stage, intercept);
    done();
  };
  return Object.assign(plugin, marks);
};
