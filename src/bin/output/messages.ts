import { printable } from "../../base/printable.ts";

/** Tells a person something on standard error, one line each. */
export type Say = (line: string) => void;

const lineChars = 2_000;

/** A line for people. It may quote sites, templates and nodes: what a terminal would obey is taken out. */
export const messageLine = (text: string): string => `${printable(text, lineChars)}\n`;

/** @param quiet nothing is said */
export const createSay = (quiet: boolean): Say =>
  quiet ? () => undefined : (line) => void process.stderr.write(messageLine(line));
