import type { Random } from "../../../base/random.ts";
import type { NodeIdentity } from "../../../cluster/index.ts";
import type { Config } from "../../../config/index.ts";
import { version } from "../../process/version.ts";

/** Who a node is before its servers listen: with the addresses of its config. */
export const unboundIdentity = ({ node, listen }: Config, random: Random): NodeIdentity => ({
  id: node.id,
  incarnation: random.id(),
  address: listen.grpc,
  httpAddress: listen.http,
  roles: node.roles,
  pid: process.pid,
  version,
});
