import { parseListenAddress } from "../../config/index.ts";
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
}

const mostNamed = 16;

/**
 * The addresses of the nodes to call, in the order in which they are tried: 1 … 16 times host:port, separated by commas.
 * @throws UsageError
 */
export const nodeAddresses = ({ flag, env, config }: AddressSources): NodeAddresses => {
  const what = flag === undefined ? "the node to call" : "--node";
  const text = flag ?? (env === undefined || env === "" ? config : env);
  const [first = "", ...others] = new Set(text.split(",").map((address) => address.trim()));
  if (others.length >= mostNamed) throw new UsageError(`${what}: ${others.length + 1} addresses, at most ${mostNamed}`);
  for (const address of [first, ...others]) checkAddress(address, what);
  return [first, ...others];
};

const checkAddress = (address: string, what: string): void => {
  const parsed = parseListenAddress(address);
  if (typeof parsed === "string") throw new UsageError(`${what}: ${parsed}`);
  if (parsed.port === 0) throw new UsageError(`${what}: ${address} has no port; give --node HOST:PORT`);
};
