import type { Clock } from "../../../../base/clock.ts";
import { FailureError } from "../failure.ts";
import type { EndpointReach } from "../../net/reach.ts";
import type { Resolver } from "../../net/resolver.ts";

export interface AdmissionSetup {
  readonly resolve: Resolver;
  readonly clock: Clock;
  /** How long a name may take to resolve. */
  readonly withinMs: number;
}

/**
 * Whether a request may be handed to a proxy, which resolves the host's name by itself: the name is in reach, and so is
 * every address that it has here, because the proxy takes whichever it likes. A name that does not resolve here is
 * passed on only when the scope names that very host. Undefined when it may.
 */
export const refuseThroughProxy = async (
  reach: EndpointReach,
  { resolve, clock, withinMs }: AdmissionSetup,
): Promise<FailureError | undefined> => {
  const refusal = reach.refuseHost();
  if (refusal !== undefined || reach.isLiteral) return refusal;
  let timer: ReturnType<Clock["after"]> | undefined;
  const deadline = new Promise<"late">((settle) => {
    timer = clock.after(withinMs, () => settle("late"));
  });
  const addresses = await Promise.race([resolve(reach.hostname).catch((): readonly string[] => []), deadline]);
  timer?.cancel();
  if (addresses === "late") return new FailureError("timeout", `${reach.hostname} was not resolved in time`);
  for (const address of addresses) {
    const refused = reach.refuseAddress(address);
    if (refused !== undefined) return refused;
  }
  if (addresses.length > 0 || reach.isNamed) return undefined;
  return new FailureError(
    "refused-by-scope",
    `${reach.hostname} does not resolve here, so that where the proxy would go cannot be checked; name it in the scope`,
  );
};
