const usualChars = 80;

/** Control characters and what turns the direction of text: they could rewrite the terminal that shows them. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** What comes from a site, a template or a node, as one line that is safe and short enough to be shown on a terminal. */
export const printable = (text: string, maxChars = usualChars): string => {
  const clean = text.replaceAll(unprintable, " ").trim();
  return clean.length > maxChars ? `${clean.slice(0, maxChars - 1)}…` : clean;
};
