import { systemClock } from "../../base/clock.ts";
import { GarrisonError } from "../../base/errors.ts";
import { ClientError, createClient, type GarrisonClient, type NodeMove } from "../../client/index.ts";
import type { ConnectionFlags } from "../commands/common-flags.ts";
import { createSay } from "../output/messages.ts";
import { readConfig } from "../process/read-config.ts";
import { UsageError } from "../process/usage-error.ts";
import { callerCredentials } from "./caller-credentials.ts";
import { nodeAddresses } from "./node-addresses.ts";

/** The node to call cannot be reached, or did not do what it was asked. */
class NodeCallError extends GarrisonError<"node-call-failed"> {}

/** A refusal of a node in words for the person who called it. */
const explained = (error: ClientError, nodes: string, credential: string): Error => {
  const facts = { cause: error };
  switch (error.code) {
    case "unavailable":
    case "deadline":
      // A node that gave a reason has answered: what it could not reach is something else, such as its store.
      if (error.reason !== undefined) return new NodeCallError("node-call-failed", `${nodes}: ${error.message}`, facts);
      return new NodeCallError(
        "node-call-failed",
        `${error.message}; is a node running at ${nodes}? "garrison up" starts some, --node names another, and one with TLS needs --tls-ca`,
        facts,
      );
    case "unauthenticated":
      return new UsageError(`${nodes} refuses ${credential}: ${error.message}`, error);
    case "permission-denied":
    case "not-found":
    case "invalid":
    case "failed-precondition":
    case "already-exists":
      return new UsageError(error.message, error);
    case "resource-exhausted":
    case "unimplemented":
    case "internal":
    case "cancelled":
      return new NodeCallError("node-call-failed", `${nodes}: ${error.message}`, facts);
  }
};

/** Connects as the flags, the environment and the config say, and closes the connection when `work` has settled. */
export const connected = async <Result>(
  flags: ConnectionFlags,
  work: (client: GarrisonClient) => Promise<Result>,
): Promise<Result> => {
  const { config } = readConfig(flags.config);
  const address = nodeAddresses({
    flag: flags.node,
    env: process.env["GARRISON_NODE"],
    config: config.listen.grpc,
    tls: (flags.tlsCa ?? config.tls.ca) !== undefined,
  });
  const { described, ...credentials } = await callerCredentials(flags, config, systemClock);
  const say = createSay(flags.quiet === true);
  const onMove = ({ from, to }: NodeMove): void => say(`no answer from the node at ${from}: going on at ${to}`);
  let client: GarrisonClient | undefined;
  try {
    client = createClient({ address, ...credentials, clock: systemClock, onMove });
    return await work(client);
  } catch (error) {
    throw error instanceof ClientError ? explained(error, address.join(" or "), described) : error;
  } finally {
    client?.close();
  }
};
