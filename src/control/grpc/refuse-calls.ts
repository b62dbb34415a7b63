import { experimental, ServerCredentials, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { serviceError } from "../calls/service-error.ts";

/** For connections whose every call is answered with why nobody is let in through it: the peer learns more than from a closed one. */
export const refuseCalls = (reason: string, message: string): ServerCredentials => {
  const refuse: ServerInterceptor = (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: () =>
            call.sendStatus(serviceError({ code: "unauthenticated", reason, message, retryable: false })),
        }),
    });
  return experimental.createServerCredentialsWithInterceptors(ServerCredentials.createInsecure(), [refuse]);
};
