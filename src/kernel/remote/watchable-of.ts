import type { Address } from "../address.ts";
import { LocalAddress } from "../cell/local-address.ts";
import type { Watchable } from "../mail/watchable.ts";
import { RemoteAddress } from "./remote-address.ts";

/** What stands behind an address, of this node or of another one. @throws TypeError for what the kernel did not make */
export const watchableOf = (address: Address<never>): Watchable => {
  const target = LocalAddress.cellOf(address) ?? RemoteAddress.cellOf(address);
  if (target === undefined) throw new TypeError("not an address that the kernel made");
  return target;
};
