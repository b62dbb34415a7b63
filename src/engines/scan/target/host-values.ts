import { isIP } from "node:net";
import { getPublicSuffix } from "tough-cookie";
import { bytesOf, type Value } from "../value/value.ts";

/**
 * What nuclei's placeholders of a host's name stand for: `www.shop.example.co.uk` has the registered domain (RDN)
 * `example.co.uk`, of which `example` is the name (DN) and `co.uk` the top level (TLD), and `www.shop` before it (SD).
 * An address, or a name without a registered domain, has FQDN only.
 */
export const hostValues = (host: string): Readonly<Record<string, Value>> => {
  const name = host.replace(/\.$/, "").toLowerCase();
  const whole = { FQDN: bytesOf(host) };
  if (isIP(name) !== 0) return whole;
  // The library's word for the registered domain.
  const registered = getPublicSuffix(name, { allowSpecialUseDomain: true, ignoreError: true });
  const at = registered?.indexOf(".") ?? -1;
  if (registered === undefined || at < 1 || !name.endsWith(registered)) return whole;
  return {
    ...whole,
    RDN: bytesOf(registered),
    DN: bytesOf(registered.slice(0, at)),
    TLD: bytesOf(registered.slice(at + 1)),
    SD: bytesOf(name.slice(0, -registered.length).replace(/\.$/, "")),
  };
};
