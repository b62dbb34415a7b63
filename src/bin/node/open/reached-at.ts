import { advertisedAddress, parseListenAddress, type Config } from "../../../config/index.ts";

/** Where a node's servers listen, with the real ports. */
interface Bound {
  readonly grpcAddress: string;
  readonly httpAddress: string;
}

/** What a node tells the cluster of where it is reached: `listen.advertise`, with the ports that it has got. */
export const reachedAt = (
  { advertise }: Config["listen"],
  { grpcAddress, httpAddress }: Bound,
): { readonly address: string; readonly httpAddress: string } => ({
  address: told(grpcAddress, advertise, true),
  httpAddress: told(httpAddress, advertise, false),
});

const told = (bound: string, advertise: string | undefined, portToo: boolean): string => {
  const address = parseListenAddress(bound);
  return typeof address === "string" ? bound : advertisedAddress(address, advertise, portToo);
};
