import {
  ServerInterceptingCall,
  type Metadata,
  type ServerInterceptor,
  type ServerInterceptingCallInterface,
} from "@grpc/grpc-js";
import type { Clock, Timer } from "../../base/clock.ts";
import { callKeys, peerNameOf } from "../../wire/index.ts";
import { needOf } from "../access/call-needs.ts";
import type { Allowed, Credentials, TurnedAway } from "../access/judge-call.ts";
import type { Refusals } from "../access/refusals.ts";
import type { CallOrigins } from "../calls/call-origins.ts";
import type { RefusedCalls } from "../calls/refused-calls.ts";
import { serviceError } from "../calls/service-error.ts";

/** A call that is open to all carries next to nothing: who does not end it soon holds it. */
const openCallMs = 5_000;

export interface CallGuardSetup {
  /** Whether the host that a call was sent to is this server. */
  readonly isOwnHost: (host: string) => boolean;
  readonly judge: (path: string, credentials: Credentials) => Allowed | TurnedAway;
  /** Where the handlers find who calls. */
  readonly origins: CallOrigins;
  readonly refusals: Refusals;
  readonly refused: RefusedCalls;
  /** Told of the peer of each call that was let in for who it is. */
  readonly onKnown: (peer: string) => void;
  readonly clock: Clock;
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
  return ({ path }, call) => {
    let openUntil: Timer | undefined;
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const verdict = judge(path, metadata, call);
            if (verdict.allowed) {
              if (needOf(path) !== "open") setup.onKnown(call.getPeer());
              else openUntil = setup.clock.after(openCallMs, () => call.sendStatus(tooLong), true);
              if (verdict.origin !== undefined) setup.origins.note(metadata, verdict.origin);
              return pass(metadata);
            }
            setup.refusals.count("grpc", verdict.reason);
            const answer = (): void => call.sendStatus(serviceError({ ...verdict, retryable: false }));
            void setup.refused.record(path, call.getPeer(), verdict).then(answer);
          },
          onCancel: () => openUntil?.cancel(),
        }),
      sendStatus: (ended, next) => {
        openUntil?.cancel();
        next(ended);
      },
    });
  };
};

const textsOf = (metadata: Metadata, key: string): readonly string[] => metadata.get(key).map(String);

const tooLong = serviceError({
  code: "deadline",
  reason: "deadline",
  message: `the call was not sent whole within ${openCallMs} ms`,
  retryable: false,
});
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
