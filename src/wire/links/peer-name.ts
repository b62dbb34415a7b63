import { callerNameShape } from "../control-plane/caller.ts";
import { WireError } from "../errors.ts";
import { roles, type Role } from "../control-plane/role.ts";

/** Whom a certificate names: a node of a cluster, or somebody who calls its nodes. */
export type PeerName =
  | { readonly type: "node"; readonly cluster: string; readonly id: string }
  | { readonly type: "client"; readonly cluster: string; readonly name: string; readonly role: Role };

/** The parts of a certificate that names are read from, as `node:tls` gives them. */
export interface NamedCertificate {
  /** Alternative names as one text: `URI:garrison://prod/node/a, DNS:a.example`. */
  readonly subjectaltname?: string | undefined;
}

/** As `node.id` and `cluster.name` in the configuration. */
const idShape = /^[a-z0-9][a-z0-9.-]{0,62}$/;
const scheme = "garrison://";
const entryPrefix = `URI:${scheme}`;
const mostChars = 16_384;

/** Not by `URL`, which takes many spellings for one name. */
const uriShape =
  /^garrison:\/\/(?<cluster>[^/?#]+)\/(?:node\/(?<id>[^/?#]+)|client\/(?<name>[^/?#]+)\?role=(?<role>[a-z]+))$/;

const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);

/** `garrison://CLUSTER/node/ID` or `garrison://CLUSTER/client/NAME?role=ROLE`; undefined: it is neither, or a name breaks its bounds. */
export const parsePeerName = (uri: string): PeerName | undefined => {
  const { cluster, id, name, role } = uriShape.exec(uri)?.groups ?? {};
  if (cluster === undefined || !idShape.test(cluster)) return undefined;
  if (id !== undefined) return idShape.test(id) ? { type: "node", cluster, id } : undefined;
  if (name === undefined || role === undefined || !callerNameShape.test(name) || !isRole(role)) return undefined;
  return { type: "client", cluster, name, role };
};

/**
 * The name as it stands in a certificate.
 * @throws WireError `invalid` for a name that could not be read back
 */
export const formatPeerName = (peer: PeerName): string => {
  const { cluster } = peer;
  const uri =
    peer.type === "node"
      ? `${scheme}${cluster}/node/${peer.id}`
      : `${scheme}${cluster}/client/${peer.name}?role=${peer.role}`;
  if (parsePeerName(uri) !== undefined) return uri;
  throw new WireError(
    "invalid",
    `${JSON.stringify(uri)} names no peer: clusters and nodes have up to 63 of a-z 0-9 . -, clients also A-Z _ @, and begin with a letter or digit`,
  );
};

/** Whom a certificate names; undefined when it names nobody, or more than one. It says nothing of who signed it. */
export const certifiedPeer = ({ subjectaltname = "" }: NamedCertificate): PeerName | undefined => {
  // Names in quotes have characters that none of ours has: what stands inside could pass for another entry.
  if (subjectaltname.length > mostChars || subjectaltname.includes('"')) return undefined;
  const [uri, ...more] = subjectaltname
    .split(", ")
    .filter((entry) => entry.startsWith(entryPrefix))
    .map((entry) => entry.slice("URI:".length));
  return uri === undefined || more.length > 0 ? undefined : parsePeerName(uri);
};

/**
 * Whom the verified certificate of a call's peer names; undefined: it has none.
 * @param authContext of the call (`call.getAuthContext()` of grpc-js), which has a certificate only when its authority is trusted
 */
export const peerNameOf = (authContext: { readonly sslPeerCertificate?: NamedCertificate }): PeerName | undefined =>
  authContext.sslPeerCertificate === undefined ? undefined : certifiedPeer(authContext.sslPeerCertificate);
