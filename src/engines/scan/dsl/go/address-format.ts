import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

const canonical = (address: ipaddr.IPv4 | ipaddr.IPv6): string =>
  address.kind() === "ipv6" ? (address as ipaddr.IPv6).toRFC5952String() : address.toString();

const octal = (value: number): string => (value === 0 ? "0" : `0${value.toString(8)}`);
const hexadecimal = (value: number): string => `0x${value.toString(16)}`;

const integerOf = (bytes: readonly number[]): bigint => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

const shortIPv6 = (address: ipaddr.IPv4 | ipaddr.IPv6, tail: readonly number[]): string => {
  if (address.kind() === "ipv6") return canonical(address);
  const [a = "", b = "", c = "", d = ""] = tail.map((byte) => byte.toString(16).padStart(2, "0"));
  return `::ffff:${a}${b}:${c}${d}`;
};

const overflowed = (tail: readonly number[]): string | undefined => {
  const [a = 0, b = 0, c = 0, d = 0] = tail;
  return d === 0 ? `${a}.${b}.${c + 255}` : undefined;
};

/**
 * An IP address in another notation, by the numbers that mapcidr gives them: 1 as it is, 2 without zeros, 3 octal, 4
 * hexadecimal, 5 one decimal number, 6 binary, 7 mixed, 8 IPv6, 9 percent-encoded, 10 with leading zeros, 11 with the
 * last number overflowing.
 *
 * @returns undefined for what is no address, or one that the notation does not have
 */
export const formatAddress = (text: string, format: number): string | undefined => {
  if (isIP(text) === 0) return undefined;
  const parsed = ipaddr.process(text);
  const bytes = parsed.toByteArray();
  const tail = bytes.slice(-4);
  const [a = 0, b = 0, c = 0, d = 0] = tail;
  const isV4 = parsed.kind() === "ipv4";
  switch (format) {
    case 1:
      return canonical(parsed);
    case 2:
      return canonical(parsed)
        .replace(/0+\./g, "")
        .replace(/\.[0^]+$/, "");
    case 3:
      return `0${a.toString(8).padStart(3, "0")}.${octal(b)}.${octal(c)}.${octal(d)}`;
    case 4:
      return tail.map(hexadecimal).join(".");
    case 5:
      return String(integerOf(bytes));
    case 6:
      return integerOf(bytes).toString(2);
    case 7:
      return `${hexadecimal(a)}.${b}.${octal(c)}.${hexadecimal(d)}`;
    case 8:
      return shortIPv6(parsed, tail);
    case 9:
      return Buffer.from(text).toString("hex").toUpperCase().replace(/../g, "%$&");
    case 10:
      return isV4 ? tail.map((byte) => String(byte).padStart(3, "0")).join(".") : undefined;
    case 11:
      return isV4 ? overflowed(tail) : undefined;
    default:
      return undefined;
  }
};
