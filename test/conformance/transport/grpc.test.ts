import { grpcNetwork } from "./grpc-network.ts";
import { transportSuite } from "./suite.ts";

transportSuite("grpc", { open: () => Promise.resolve(grpcNetwork()) });
