import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { deciderOf, type Decides, type MiddlewareOptions } from "./middleware-options.ts";
import { refuse } from "./refusal.ts";

/**
 * Puts a guard in front of the listener of a `node:http` server:
 * `createServer(guardHttp(guard, { rules: [1] })(listener))`. Upgraded connections do not pass it.
 *
 * @throws GuardError `invalid-option`
 */
export const guardHttp = (
  guard: Decides,
  options: MiddlewareOptions<IncomingMessage, ServerResponse>,
): ((listener: RequestListener) => RequestListener) => {
  const decide = deciderOf(guard, options);
  const { onDeny, onChallenge } = options;
  return (listener) => (request, response) => {
    const decision = decide(request, request);
    const proceed = (): void => listener(request, response);
    if (decision.verdict === "allow") return proceed();
    const hook = decision.verdict === "deny" ? onDeny : onChallenge;
    if (hook === undefined) refuse(response, decision);
    else hook(request, response, { decision, proceed });
  };
};
