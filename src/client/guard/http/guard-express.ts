import type { IncomingMessage, ServerResponse } from "node:http";
import { deciderOf, type Decides, type MiddlewareOptions } from "./middleware-options.ts";
import { refuse } from "./refusal.ts";

/** A handler of Express, and of whatever passes requests on as Express does. */
export type Middleware<Request, Response> = (
  request: Request,
  response: Response,
  next: (error?: unknown) => void,
) => void;

/**
 * A guard as a middleware of Express: `app.use(guardExpress(guard, { rules: [1] }))`. Behind a body parser the account may be read from
 * the body. It does not ask Express' own `trust proxy`.
 *
 * @throws GuardError `invalid-option`
 */
export const guardExpress = <
  Request extends IncomingMessage = IncomingMessage,
  Response extends ServerResponse = ServerResponse,
>(
  guard: Decides,
  options: MiddlewareOptions<Request, Response>,
): Middleware<Request, Response> => {
  const decide = deciderOf(guard, options);
  const { onDeny, onChallenge } = options;
  return (request, response, next) => {
    const decision = decide(request, request);
    if (decision.verdict === "allow") return next();
    const hook = decision.verdict === "deny" ? onDeny : onChallenge;
    if (hook === undefined) refuse(response, decision);
    else hook(request, response, { decision, proceed: () => next() });
  };
};
