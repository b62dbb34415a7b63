import { formatAddress, parseListenAddress, type Config, type ListenAddress } from "../../../config/index.ts";
import { UsageError } from "../../process/usage-error.ts";

/** One node that is going to be started. */
export interface PlannedNode {
  readonly id: string;
  readonly grpc: string;
  readonly http: string;
}

/**
 * Ids `node-1` … `node-N` and consecutive ports from `listen.grpc` and `listen.http`; port 0 stays 0.
 * @throws UsageError when the ports run into each other or out of range, or when the nodes could not share the store
 */
export const planNodes = ({ listen, store }: Config, nodes: number): readonly PlannedNode[] => {
  if (nodes > 1 && store.url === "memory:") {
    throw new UsageError(
      "store.url memory: is the store of one process: use lmdb:DIR or redis://HOST:PORT (--store), or --nodes 1",
    );
  }
  const grpc = read("listen.grpc", listen.grpc, nodes);
  const http = read("listen.http", listen.http, nodes);
  if (grpc.host === http.host && grpc.port > 0 && http.port > 0 && Math.abs(grpc.port - http.port) < nodes) {
    throw new UsageError(
      `${nodes} nodes need ${nodes} ports from ${listen.grpc} and ${nodes} from ${listen.http}, which overlap: set --grpc or --http farther apart`,
    );
  }
  return Array.from({ length: nodes }, (_, index) => ({
    id: `node-${index + 1}`,
    grpc: at(grpc, index),
    http: at(http, index),
  }));
};

const read = (path: string, text: string, nodes: number): ListenAddress => {
  const address = parseListenAddress(text);
  if (typeof address === "string") throw new UsageError(`${path}: ${address}`);
  if (address.port > 0 && address.port + nodes - 1 > 65_535) {
    throw new UsageError(`${path}: ${nodes} consecutive ports from ${text} go beyond 65535: use a lower one`);
  }
  return address;
};

const at = ({ host, port }: ListenAddress, index: number): string =>
  formatAddress({ host, port: port === 0 ? 0 : port + index });
