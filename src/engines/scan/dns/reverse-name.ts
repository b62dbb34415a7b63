import ipaddr from "ipaddr.js";

/** The name under which PTR records of an address are; undefined for what is no address. */
export const reverseName = (text: string): string | undefined => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return `${text.split(".").toReversed().join(".")}.in-addr.arpa`;
  if (!ipaddr.IPv6.isValid(text)) return undefined;
  const digits = Buffer.from(ipaddr.IPv6.parse(text).toByteArray()).toString("hex");
  return `${Array.from(digits).toReversed().join(".")}.ip6.arpa`;
};

/** The address that a reverse name is about; undefined for any other name. */
export const addressOfReverse = (name: string): string | undefined => {
  const four = /^((?:\d{1,3}\.){3}\d{1,3})\.in-addr\.arpa$/i.exec(name)?.[1];
  if (four !== undefined) return four.split(".").toReversed().join(".");
  const six = /^((?:[0-9a-f]\.){31}[0-9a-f])\.ip6\.arpa$/i.exec(name)?.[1];
  const groups = six?.split(".").toReversed().join("").match(/.{4}/g);
  return groups === undefined || groups === null ? undefined : groups.join(":");
};
