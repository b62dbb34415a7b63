import { readFileSync } from "node:fs";
import { endianness } from "node:os";
import ipaddr from "ipaddr.js";
import type { Endpoint } from "../../../wire/index.ts";

/** Each word of an address stands there as the machine keeps it. */
const wordsOf = (address: string): string => {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  return (endianness() === "LE" ? bytes.swap32() : bytes).toString("hex").toUpperCase();
};

/**
 * How many datagrams the machine has dropped for the UDP socket that is bound to this address, since it was bound, as /proc/net/udp says.
 *
 * @returns undefined where the machine does not say
 */
export const kernelDrops = ({ host, port }: Endpoint): number | undefined => {
  const local = `${wordsOf(host)}:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  let table: string;
  try {
    table = readFileSync(host.includes(":") ? "/proc/net/udp6" : "/proc/net/udp", "latin1");
  } catch {
    return undefined;
  }
  const columns = table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find((parts) => parts[1] === local);
  const drops = Number(columns?.at(-1));
  return Number.isSafeInteger(drops) ? drops : undefined;
};
