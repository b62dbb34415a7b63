import { ServerInterceptingCall, type Metadata, type ServerInterceptor } from "@grpc/grpc-js";
import { callKeys, statusName, type CallErrorCode } from "../../wire/index.ts";
import { isLocalHost } from "../access/local-host.ts";
import type { RefusalReason, Refusals } from "../access/refusals.ts";
import type { TokenVerdict } from "../access/token-check.ts";
import type { RefusedAudit } from "../calls/refused-audit.ts";
import { serviceError } from "../calls/service-error.ts";

/** Health is asked by programs that hold no token. */
const openPrefix = "/grpc.health.v1.Health/";

export interface CallGuardSetup {
  readonly check: (authorization: string | undefined) => TokenVerdict;
  readonly refusals: Refusals;
  readonly audit: RefusedAudit;
  /** Paths of the calls that change something. */
  readonly changing: ReadonlySet<string>;
  /** On which this server listens. */
  readonly port: () => number;
}

interface TurnedAway {
  readonly reason: RefusalReason;
  readonly code: CallErrorCode;
  readonly message: string;
}

/** Looks at every call of every service before anything of it is read: where it was sent to, from where, and with which credential. */
export const callGuard = (setup: CallGuardSetup): ServerInterceptor => {
  const judge = (path: string, metadata: Metadata, host: string): TurnedAway | undefined => {
    if (!isLocalHost(host, setup.port())) return badHost;
    if (metadata.get("origin").length > 0) return crossOrigin;
    if (path.startsWith(openPrefix)) return undefined;
    const [authorization, ...more] = metadata.get(callKeys.authorization);
    if (more.length > 0) return wrongToken;
    const verdict = setup.check(authorization?.toString());
    if (verdict === "right") return undefined;
    return verdict === "none" ? noToken : wrongToken;
  };
  return ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const away = judge(path, metadata, call.getHost());
            if (away === undefined) return pass(metadata);
            setup.refusals.count("grpc", away.reason);
            const answer = (): void => call.sendStatus(serviceError({ ...away, retryable: false }));
            if (!setup.changing.has(path)) return answer();
            void setup.audit.record(path, call.getPeer(), statusName(away.code)).then(answer);
          },
        }),
    });
};

const badHost: TurnedAway = {
  reason: "bad-host",
  code: "permission-denied",
  message: "the call was sent to another host: use 127.0.0.1, localhost or [::1] with this port",
};
const crossOrigin: TurnedAway = {
  reason: "cross-origin",
  code: "permission-denied",
  message: "calls from web pages are not taken",
};
const noToken: TurnedAway = {
  reason: "no-token",
  code: "unauthenticated",
  message: "the call has no operator token: send the one in the file that control.tokenFile names",
};
const wrongToken: TurnedAway = {
  reason: "wrong-token",
  code: "unauthenticated",
  message: "the operator token is not that of this cluster: see control.tokenFile",
};
