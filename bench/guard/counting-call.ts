import type { MethodDefinition } from "@grpc/grpc-js";

/** Asks whether an account may come in once more: the account, and the answer as one byte. As little as a call can carry. */
export const countingCall: MethodDefinition<string, boolean> = {
  path: "/garrison.bench.Counting/Count",
  requestStream: false,
  responseStream: false,
  requestSerialize: (account) => Buffer.from(account),
  requestDeserialize: (bytes) => bytes.toString(),
  responseSerialize: (isAllowed) => Buffer.of(isAllowed ? 1 : 0),
  responseDeserialize: (bytes) => bytes[0] === 1,
};
