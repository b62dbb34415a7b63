import {
  ServerInterceptingCall,
  type Metadata,
  type ServerInterceptor,
  type ServerInterceptingCallInterface,
} from "@grpc/grpc-js";
import { callKeys, peerNameOf } from "../../wire/index.ts";
import type { Allowed, Credentials, TurnedAway } from "../access/judge-call.ts";
import type { Refusals } from "../access/refusals.ts";
import type { CallOrigins } from "../calls/call-origins.ts";
import type { RefusedCalls } from "../calls/refused-calls.ts";
import { serviceError } from "../calls/service-error.ts";

export interface CallGuardSetup {
  /** Whether the host that a call was sent to is this server. */
  readonly isOwnHost: (host: string) => boolean;
  readonly judge: (path: string, credentials: Credentials) => Allowed | TurnedAway;
  /** Where the handlers find who calls. */
  readonly origins: CallOrigins;
  readonly refusals: Refusals;
  readonly refused: RefusedCalls;
}

/**
 * Looks at every call of every service before anything of it is read: where it was sent to, from where, who makes it, and whether that
 * caller may.
 */
export const callGuard = (setup: CallGuardSetup): ServerInterceptor => {
  const judge = (path: string, metadata: Metadata, call: ServerInterceptingCallInterface): Allowed | TurnedAway => {
    if (!setup.isOwnHost(call.getHost())) return badHost;
    if (metadata.get("origin").length > 0) return crossOrigin;
    return setup.judge(path, {
      certificate: peerNameOf(call.getAuthContext()),
      authorizations: textsOf(metadata, callKeys.authorization),
      forwardedFor: textsOf(metadata, callKeys.forwarded),
    });
  };
  return ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const verdict = judge(path, metadata, call);
            if (verdict.allowed) {
              if (verdict.origin !== undefined) setup.origins.note(metadata, verdict.origin);
              return pass(metadata);
            }
            setup.refusals.count("grpc", verdict.reason);
            const answer = (): void => call.sendStatus(serviceError({ ...verdict, retryable: false }));
            void setup.refused.record(path, call.getPeer(), verdict).then(answer);
          },
        }),
    });
};

const textsOf = (metadata: Metadata, key: string): readonly string[] => metadata.get(key).map(String);

const badHost: TurnedAway = {
  allowed: false,
  reason: "bad-host",
  code: "permission-denied",
  message: "the call was sent to another host: use 127.0.0.1, localhost or [::1] with this port",
};
const crossOrigin: TurnedAway = {
  allowed: false,
  reason: "cross-origin",
  code: "permission-denied",
  message: "calls from web pages are not taken",
};
