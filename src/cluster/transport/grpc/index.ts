export type { NodeSecurity } from "./dialled-channel.ts";
export { GrpcTransport, type GrpcTransportSetup } from "./grpc-transport.ts";
