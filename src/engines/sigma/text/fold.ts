/**
 * A text in which texts that differ in the case of letters only are the same, by Unicode's simple folding as far as texts of events need
 * it. It is made character by character: a part of a text, folded, is in the folded text.
 */
export const fold = (text: string): string => text.toLowerCase().replaceAll("ς", "σ").replaceAll("ſ", "s");
