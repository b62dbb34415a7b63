import { endpointText, isLoopback, parseEndpoint, WireError, type Endpoint } from "../../wire/index.ts";
import { UsageError } from "../process/usage-error.ts";

export type NodeAddresses = readonly [string, ...string[]];

/** Where the addresses of the nodes to call may be given, from first to last choice. */
export interface AddressSources {
  /** `--node` */
  readonly flag: string | undefined;
  /** `GARRISON_NODE` */
  readonly env: string | undefined;
  /** `listen.grpc` of the config. */
  readonly config: string;
  /** Whether calls are encrypted: without, they are for this machine alone. */
  readonly tls: boolean;
}

const mostNamed = 16;

/** Where a server that listens everywhere is, as seen from its own machine. */
const fromHere = (listen: string): string => listen.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");

/**
 * The addresses of the nodes to call, in the order in which they are tried: 1 … 16 times host:port, separated by commas.
 * @throws UsageError
 */
export const nodeAddresses = ({ flag, env, config, tls }: AddressSources): NodeAddresses => {
  const what = flag === undefined ? "the node to call" : "--node";
  const text = flag ?? (env === undefined || env === "" ? fromHere(config) : env);
  const [first = "", ...others] = new Set(text.split(",").map((address) => address.trim()));
  if (others.length >= mostNamed) throw new UsageError(`${what}: ${others.length + 1} addresses, at most ${mostNamed}`);
  const checked = (address: string): string => checkedAddress(address, what, tls);
  return [checked(first), ...others.map(checked)];
};

const checkedAddress = (address: string, what: string, tls: boolean): string => {
  const endpoint = read(address, what);
  if (endpoint.port === 0) throw new UsageError(`${what}: ${address} has no port; give --node HOST:PORT`);
  if (tls || isLoopback(endpoint)) return endpointText(endpoint);
  throw new UsageError(
    `${what}: ${address} is not on this machine, and calls to others are encrypted: give --tls-ca, with --tls-cert and --tls-key or --token-file`,
  );
};

const read = (address: string, what: string): Endpoint => {
  try {
    return parseEndpoint(address);
  } catch (error) {
    throw error instanceof WireError ? new UsageError(`${what}: ${error.message}`, error) : error;
  }
};
