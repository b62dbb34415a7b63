import { FailureError } from "../http/failure.ts";
import { EndpointReach } from "../net/reach.ts";
import { SkippedHostError } from "../net/sockets.ts";
import type { BlockRun } from "../run/block-run.ts";
import type { Question } from "./message.ts";
import { addressOfReverse } from "./reverse-name.ts";
import type { DnsServer } from "./server.ts";

/**
 * Whether anybody may be asked a question: what it is about has to be in scope, and not excluded. Questions of the
 * class chaos are about the server itself.
 *
 * @throws FailureError, SkippedHostError
 */
export const checkQuestion = ({ name, class: asked }: Question, { services, sockets, target }: BlockRun): void => {
  if (asked === "chaos") return;
  const subject = addressOfReverse(name) ?? name;
  const excluded = sockets.exclusions?.ofHost(subject, target.port ?? 53);
  if (excluded !== undefined) throw new SkippedHostError(subject, "excluded", excluded);
  const refusal = services.scope.refuseQuestion(subject);
  if (refusal !== undefined) throw new FailureError("refused-by-scope", refusal);
};

/**
 * The addresses of a server that a template or another server names, as far as they are in scope.
 *
 * @throws FailureError when there is none
 */
export const serversInScope = async (
  server: DnsServer,
  { services, sockets }: BlockRun,
): Promise<readonly [DnsServer, ...DnsServer[]]> => {
  const reach = new EndpointReach(server, services.scope, sockets.exclusions);
  const refusal = reach.refuseHost();
  if (refusal !== undefined) throw refusal;
  const found = reach.isLiteral ? [reach.hostname] : await services.resolve(reach.hostname);
  const [first, ...others] = reach.permitted(found);
  const at = (hostname: string): DnsServer => ({ ...server, hostname });
  return [at(first), ...others.map(at)];
};
