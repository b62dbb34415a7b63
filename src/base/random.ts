import { randomBytes, randomInt } from "node:crypto";

/** The only source of randomness: for ids and jitter from the machine, for tests and replays from a seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, bound). `bound` is a whole number from 1 to 2³². */
  below(bound: number): number;
  /** A name that no one else draws: 26 characters of [0-9a-v], 128 bits. */
  id(): string;
}

const toId = (bytes: Uint8Array): string => {
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return value.toString(32).padStart(26, "0");
};

/** Unpredictable randomness of the machine. */
export const systemRandom: Random = {
  next: () => randomInt(2 ** 48 - 1) / 2 ** 48,
  below: (bound) => randomInt(bound),
  id: () => toId(randomBytes(16)),
};

/**
 * Repeatable randomness: equal seeds give equal sequences on every machine. Not for secrets.
 * The generator is sfc32 (Chris Doty-Humphrey's PractRand), seeded through splitmix32.
 */
export const seededRandom = (seed: number): Random => {
  let mix = seed >>> 0;
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let counter = 1;
  const bits = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i += 1) bits();
  const next = (): number => bits() / 2 ** 32;
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    id: () => toId(Uint8Array.from({ length: 16 }, () => bits() & 0xff)),
  };
};
