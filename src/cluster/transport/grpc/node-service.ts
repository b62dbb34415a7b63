import type { MethodDefinition } from "@grpc/grpc-js";

const asIs = (frame: Uint8Array): Buffer =>
  Buffer.isBuffer(frame) ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);

/** `garrison.v1.NodeService.Link`. Links encode and decode its messages themselves. */
export const linkMethod: MethodDefinition<Uint8Array, Uint8Array> = {
  path: "/garrison.v1.NodeService/Link",
  requestStream: true,
  responseStream: true,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
};
