const units: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** Bytes of a size as people write it, such as `5Mb`, in powers of 1000; undefined for what is none. */
export const parseSize = (text: string): number | undefined => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([kmgtb]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const factor = units[unit?.toLowerCase() ?? ""];
  const size = Number(digits) * (factor ?? Number.NaN);
  return Number.isFinite(size) ? Math.floor(size) : undefined;
};
