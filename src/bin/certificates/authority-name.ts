const shape = /^garrison:\/\/([a-z0-9][a-z0-9.-]{0,62})\/authority$/;

/** What the certificate of a cluster's authority has among its names, so that what it signs is for that cluster. It names no peer. */
export const formatAuthority = (cluster: string): string => `garrison://${cluster}/authority`;

/** The cluster of an authority; undefined: it is none of a cluster. @param names as `node:crypto` gives the alternative names */
export const clusterOfAuthority = (names = ""): string | undefined =>
  names
    .split(", ")
    .map((entry) => (entry.startsWith("URI:") ? shape.exec(entry.slice("URI:".length))?.[1] : undefined))
    .find((cluster) => cluster !== undefined);
