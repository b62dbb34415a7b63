import { parseCaller, roleAllows, type Caller, type CallErrorCode, type PeerName } from "../../wire/index.ts";
import { needOf } from "./call-needs.ts";
import type { RefusalReason } from "./refusals.ts";
import { operatorName, type TokenBook } from "./token-book.ts";

/** What a call says of who makes it. */
export interface Credentials {
  /** The name in the verified certificate of the peer; undefined: it has none. */
  readonly certificate: PeerName | undefined;
  /** Each `authorization` of the call. */
  readonly authorizations: readonly string[];
  /** Each caller for whom the peer claims to pass the call on. */
  readonly forwardedFor: readonly string[];
}

/** Who makes a call that is served. */
export interface CallOrigin {
  readonly caller: Caller;
  /** Who passed the call on for the caller: a node's id, or the name of a token; empty: nobody. */
  readonly through: string;
}

/** `origin` is absent for calls that are open to all. */
export interface Allowed {
  readonly allowed: true;
  readonly origin?: CallOrigin;
}

export interface TurnedAway {
  readonly allowed: false;
  readonly reason: RefusalReason;
  readonly code: CallErrorCode;
  readonly message: string;
  /** As far as it is known who called. */
  readonly origin?: Pick<CallOrigin, "through"> & Partial<CallOrigin>;
}

export interface CallJudgeSetup {
  /** Name of this cluster. */
  readonly cluster: string;
  readonly tokens: Pick<TokenBook, "callerOf">;
  /** Whether connections are encrypted, so that nodes show certificates. */
  readonly tls: boolean;
}

type Peer = { readonly type: "caller"; readonly caller: Caller } | { readonly type: "node"; readonly id: string };

/** Says who makes a call, and whether it may be made, by its path and credentials alone. */
export const callJudge = (
  setup: CallJudgeSetup,
): ((path: string, credentials: Credentials) => Allowed | TurnedAway) => {
  const peerOf = ({ certificate, authorizations }: Credentials): Peer | TurnedAway => {
    if (certificate !== undefined) {
      if (certificate.cluster !== setup.cluster) return otherCluster(certificate.cluster, setup.cluster);
      if (certificate.type === "node") return { type: "node", id: certificate.id };
      const { name, role } = certificate;
      return { type: "caller", caller: { name, role, by: "certificate" } };
    }
    const [authorization, ...more] = authorizations;
    const caller = more.length > 0 ? "wrong" : setup.tokens.callerOf(authorization);
    if (typeof caller === "object") return { type: "caller", caller };
    return caller === "none" ? noCredential(setup.tls) : wrongToken;
  };

  /** Without certificates nodes know each other by the operator token. */
  const isNode = (peer: Peer): boolean =>
    peer.type === "node" || (!setup.tls && peer.caller.by === "token" && peer.caller.name === operatorName);

  const originOf = (peer: Peer, forwardedFor: readonly string[]): CallOrigin | TurnedAway | undefined => {
    const [text, ...more] = forwardedFor;
    if (text === undefined) return peer.type === "caller" ? { caller: peer.caller, through: "" } : undefined;
    if (!isNode(peer)) return forgedCaller(peer);
    const caller = more.length > 0 ? undefined : parseCaller(text);
    if (caller === undefined) return malformedCaller(peer);
    return { caller, through: nameOf(peer) };
  };

  return (path, credentials) => {
    const need = needOf(path);
    if (need === "open") return { allowed: true };
    const peer = peerOf(credentials);
    if ("allowed" in peer) return peer;
    if (need === "node") return isNode(peer) ? { allowed: true, origin: nodeItself(peer) } : notANode(peer);
    const origin = originOf(peer, credentials.forwardedFor);
    if (origin === undefined) return nodeForItself(nameOf(peer));
    if ("allowed" in origin) return origin;
    return roleAllows(origin.caller.role, need) ? { allowed: true, origin } : roleMissing(path, need, origin);
  };
};

const nameOf = (peer: Peer): string => (peer.type === "node" ? peer.id : peer.caller.name);

/** Its role says nothing: what only nodes may do, every node may. */
const nodeItself = (peer: Peer): CallOrigin => ({
  caller: peer.type === "caller" ? peer.caller : { name: peer.id, role: "viewer", by: "certificate" },
  through: "",
});

const known = (peer: Peer): Pick<TurnedAway, "origin"> => ({
  origin: peer.type === "caller" ? { caller: peer.caller, through: "" } : { through: peer.id },
});

const noCredential = (tls: boolean): TurnedAway => ({
  allowed: false,
  reason: "no-token",
  code: "unauthenticated",
  message: tls
    ? "the call has neither a client certificate nor a token: give --tls-cert and --tls-key, or --token-file"
    : "the call has no token: send the one in the file that control.tokenFile names, or one of control.tokens",
});

const wrongToken: TurnedAway = {
  allowed: false,
  reason: "wrong-token",
  code: "unauthenticated",
  message: "the token is none of this cluster: see control.tokenFile and control.tokens",
};

const otherCluster = (theirs: string, ours: string): TurnedAway => ({
  allowed: false,
  reason: "other-cluster",
  code: "permission-denied",
  message: `the certificate is of the cluster ${theirs}, this one is ${ours}`,
});

const forgedCaller = (peer: Peer): TurnedAway => ({
  allowed: false,
  reason: "forged-caller",
  code: "permission-denied",
  message: `only nodes pass calls on for others, and ${nameOf(peer)} is none`,
  ...known(peer),
});

const malformedCaller = (peer: Peer): TurnedAway => ({
  allowed: false,
  reason: "forged-caller",
  code: "permission-denied",
  message: `${nameOf(peer)} passed the call on for a caller that cannot be read`,
  ...known(peer),
});

const notANode = (peer: Peer): TurnedAway => ({
  allowed: false,
  reason: "not-a-node",
  code: "permission-denied",
  message: `only nodes of this cluster may link to this one, and ${nameOf(peer)} is none`,
  ...known(peer),
});

const nodeForItself = (id: string): TurnedAway => ({
  allowed: false,
  reason: "role",
  code: "permission-denied",
  message: `the certificate is that of node ${id}, which calls only for others: use a client certificate, or a token`,
  origin: { through: id },
});

const roleMissing = (path: string, needed: string, origin: CallOrigin): TurnedAway => ({
  allowed: false,
  reason: "role",
  code: "permission-denied",
  message: `${path.slice(path.lastIndexOf("/") + 1)} needs the role ${needed}, and ${origin.caller.name} is ${origin.caller.role}`,
  origin,
});
