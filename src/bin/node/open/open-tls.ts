import type { Clock } from "../../../base/clock.ts";
import type { Config } from "../../../config/index.ts";
import { TlsFiles } from "../../../control/index.ts";
import type { Logger } from "../../../kernel/index.ts";
import { UsageError } from "../../process/usage-error.ts";

/** What of the config says who the node is to others. */
export type TlsConfig = Pick<Config, "tls" | "cluster" | "node">;

/**
 * The certificates of this node, read again when their files are replaced; undefined: it speaks in the clear.
 * @throws UsageError, ControlError `tls-unusable`
 */
export const openTls = async (config: TlsConfig, clock: Clock, log: Logger): Promise<TlsFiles | undefined> => {
  const { ca, cert, key } = config.tls;
  if (ca === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new UsageError(
      "tls.ca is set without tls.cert and tls.key: a node needs all three (see garrison cert issue)",
    );
  }
  return TlsFiles.open({
    paths: { ca, cert, key },
    holder: { cluster: config.cluster.name, node: config.node.id },
    clock,
    news: {
      replaced: () => log.info({ cert }, "the node's certificates were replaced"),
      refused: (error) => log.error({ err: error }, "new certificates cannot be used: the ones before them stay"),
    },
  });
};
