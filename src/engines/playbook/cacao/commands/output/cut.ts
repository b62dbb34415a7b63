/** The beginning of a text that is within both bounds; a character of two units is not split. */
export const cut = (text: string, most: { readonly chars: number; readonly jsonBytes: number }): string => {
  const fits = (length: number): boolean => Buffer.byteLength(JSON.stringify(text.slice(0, length))) <= most.jsonBytes;
  const full = Math.min(text.length, most.chars);
  let [least, end] = [0, full];
  // `least` fits, what is beyond `end` does not.
  while (least < end) {
    const middle = Math.ceil((least + end) / 2);
    if (fits(middle)) least = middle;
    else end = middle - 1;
  }
  const isSplit = least > 0 && least < text.length && /[\uD800-\uDBFF]/.test(text.charAt(least - 1));
  return text.slice(0, isSplit ? least - 1 : least);
};
