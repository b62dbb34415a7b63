import { certifiedPeer, type NamedCertificate } from "../links/peer-name.ts";
import { WireError } from "../errors.ts";

/** Which nodes a connection may end at. */
export interface ExpectedServer {
  readonly cluster: string;
  /** Id of the node; absent: any of the cluster. */
  readonly node?: string;
}

/**
 * Whether the certificate of a server, whose authority is trusted, is the one of a node that was meant. The name of the host does not
 * matter: a node is who its certificate says, wherever it is.
 *
 * @returns WireError `wrong-server`, or undefined
 */
export const wrongServer = (expected: ExpectedServer, certificate: NamedCertificate): WireError | undefined => {
  const refuse = (problem: string): WireError =>
    new WireError("wrong-server", problem, {
      ids: { cluster: expected.cluster, ...(expected.node === undefined ? {} : { node: expected.node }) },
    });
  const peer = certifiedPeer(certificate);
  if (peer?.type !== "node")
    return refuse("the server's certificate is not the one of a node: see garrison cert issue");
  if (peer.cluster !== expected.cluster) {
    return refuse(
      `the server's certificate is for the cluster ${peer.cluster}, not for ${expected.cluster} (cluster.name)`,
    );
  }
  if (expected.node === undefined || peer.id === expected.node) return undefined;
  return refuse(`the server's certificate is the one of node ${peer.id}, not of ${expected.node}`);
};
