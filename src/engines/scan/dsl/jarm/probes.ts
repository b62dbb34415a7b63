/** How one of the ten handshakes of JARM is made. */
export interface Probe {
  readonly version: "1.1" | "1.2" | "1.3";
  readonly withTls13Ciphers: boolean;
  readonly cipherOrder: Order;
  readonly isGreased: boolean;
  readonly alpn: "all" | "rare";
  readonly extensionOrder: Order;
}

/** How a list is put: as it is, from the end, or a part of it. */
export type Order = "forward" | "reverse" | "top-half" | "bottom-half" | "middle-out";

const probe = (
  version: Probe["version"],
  cipherOrder: Order,
  extensionOrder: Order,
  more: Partial<Pick<Probe, "withTls13Ciphers" | "isGreased" | "alpn">> = {},
): Probe => ({
  version,
  cipherOrder,
  extensionOrder,
  withTls13Ciphers: true,
  isGreased: false,
  alpn: "all",
  ...more,
});

/** The ten handshakes in the order of the fingerprint. */
export const probes: readonly Probe[] = [
  probe("1.2", "forward", "reverse"),
  probe("1.2", "reverse", "forward"),
  probe("1.2", "top-half", "forward"),
  probe("1.2", "bottom-half", "forward", { alpn: "rare" }),
  probe("1.2", "middle-out", "reverse", { alpn: "rare", isGreased: true }),
  probe("1.1", "forward", "forward"),
  probe("1.3", "forward", "reverse"),
  probe("1.3", "reverse", "forward"),
  probe("1.3", "forward", "forward", { withTls13Ciphers: false }),
  probe("1.3", "middle-out", "reverse", { isGreased: true }),
];

/** The members of a list in another order. */
export const ordered = <Member>(list: readonly Member[], order: Order): readonly Member[] => {
  const half = Math.floor(list.length / 2);
  const isOdd = list.length % 2 === 1;
  switch (order) {
    case "forward":
      return list;
    case "reverse":
      return [...list].reverse();
    case "bottom-half":
      return list.slice(isOdd ? half + 1 : half);
    case "top-half": {
      const rest = ordered(ordered(list, "reverse"), "bottom-half");
      return isOdd ? [...list.slice(half, half + 1), ...rest] : rest;
    }
    case "middle-out": {
      const from = isOdd ? half : half - 1;
      const pairs = Array.from({ length: half }, (_value, at) => {
        const low = isOdd ? half - at - 1 : half - at - 1;
        return [...list.slice(from + at + 1, from + at + 2), ...list.slice(low, low + 1)];
      }).flat();
      return isOdd ? [...list.slice(half, half + 1), ...pairs] : pairs;
    }
  }
};
