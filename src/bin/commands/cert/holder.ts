import { isIP } from "node:net";
import { formatPeerName, WireError, type PeerName, type Role } from "../../../wire/index.ts";
import { UsageError } from "../../process/usage-error.ts";

/** What flags say of whom a certificate is for. */
export interface HolderFlags {
  readonly node?: string;
  readonly client?: string;
  readonly role?: Role;
  readonly host?: readonly string[];
}

export interface Holder {
  readonly peer: PeerName;
  readonly hosts: readonly string[];
  /** Of its files, without their endings. */
  readonly fileName: string;
}

const mostHosts = 32;
const dnsShape = /^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** @throws UsageError for flags that do not say one holder */
export const holderOf = ({ node, client, role, host = [] }: HolderFlags, cluster: string): Holder => {
  if ((node === undefined) === (client === undefined)) throw new UsageError("give either --node ID or --client NAME");
  if (host.length > mostHosts) throw new UsageError(`--host is given ${host.length} times: at most ${mostHosts}`);
  for (const one of host) {
    if (isIP(one) === 0 && !(one.length <= 253 && dnsShape.test(one))) {
      throw new UsageError(`--host ${one} is neither a DNS name nor an address`);
    }
  }
  if (node !== undefined) {
    if (role !== undefined) throw new UsageError("--role goes with --client: a node does what nodes do");
    return checked({ peer: { type: "node", cluster, id: node }, hosts: host, fileName: node });
  }
  if (client === undefined || role === undefined)
    throw new UsageError("--client needs --role reporter, viewer, operator or admin");
  if (host.length > 0) throw new UsageError("--host goes with --node: nobody calls a client");
  return checked({ peer: { type: "client", cluster, name: client, role }, hosts: [], fileName: `client-${client}` });
};

/** Its name stands in the name of a file too. */
const checked = (holder: Holder): Holder => {
  try {
    formatPeerName(holder.peer);
    return holder;
  } catch (error) {
    throw error instanceof WireError ? new UsageError(error.message, error) : error;
  }
};
