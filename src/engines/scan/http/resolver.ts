import { lookup } from "node:dns";

/** Finds the addresses of a name, at least one; rejects when there is none. */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

/** The machine's own way of resolving names, /etc/hosts included. */
export const systemResolver: Resolver = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true, order: "ipv4first" }, (error, addresses) => {
      if (error === null) resolve(addresses.map(({ address }) => address));
      else reject(error);
    });
  });
