import { linkProtocolVersion, type LinkHello } from "../../wire/index.ts";
import type { AcceptedPeer } from "../transport/transport.ts";
import type { NodeRef } from "./node-ref.ts";
import type { LinkRefusal } from "./refusal.ts";

/** What a sender has to know of this node. */
export interface OwnPlace {
  readonly self: NodeRef;
  readonly cluster: string;
  readonly settingsDigest: string;
}

export interface Refused {
  readonly reason: LinkRefusal;
  readonly message: string;
}

/** Whether a hello may be let in, as far as it says so itself; `undefined`: it may. The table of members has the last word. */
export const judgeHello = (hello: LinkHello, peer: AcceptedPeer, own: OwnPlace): Refused | undefined => {
  const { self } = own;
  if (hello.protocolVersion !== linkProtocolVersion) {
    const message = `${self.node} speaks version ${linkProtocolVersion} of links, not ${hello.protocolVersion}: run one version of Garrison`;
    return { reason: "protocol-version", message };
  }
  if (hello.cluster !== own.cluster) {
    const message = `${self.node} belongs to the cluster "${own.cluster}", not to "${hello.cluster}"`;
    return { reason: "other-cluster", message };
  }
  if (peer.certifiedNode !== undefined && peer.certifiedNode !== hello.fromNode) {
    const message = `the certificate is that of "${peer.certifiedNode}", not of "${hello.fromNode}"`;
    return { reason: "certificate", message };
  }
  if (hello.toNode !== self.node || hello.toIncarnation !== self.incarnation) {
    const message = `"${self.node}" in its incarnation ${self.incarnation} is here, not "${hello.toNode}" in ${hello.toIncarnation}`;
    return { reason: "wrong-target", message };
  }
  if (hello.fromNode === self.node) return { reason: "unknown-sender", message: "this is the node itself" };
  if (hello.settingsDigest !== own.settingsDigest) {
    const message = `settings that have to agree differ between ${self.node} and ${hello.fromNode}: compare their configs`;
    return { reason: "settings-differ", message };
  }
  return undefined;
};
