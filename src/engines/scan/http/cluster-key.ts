import { targetNames } from "../target/target-values.ts";
import type { TextPattern } from "../template/text.ts";
import type { RequestSettings } from "./request/settings.ts";

export interface SharedRequest {
  readonly method: string;
  readonly paths: readonly string[];
  readonly headers: readonly { readonly name: string; readonly value: TextPattern }[];
  readonly settings: RequestSettings;
  readonly skipCheck: boolean;
}

/** A helper gives another value each time. */
const callsHelper = /\{\{[^}]*\(/;
const marker = /\{\{\s*([^}]*?)\s*\}\}|§([^§]+)§/g;

/** What requests have in common that can be sent once for several templates; undefined when theirs may differ. */
export const clusterKeyOf = ({ method, paths, headers, settings, skipCheck }: SharedRequest): string | undefined => {
  const texts = [...paths, ...headers.map(({ value }) => value.source)];
  if (!texts.every(isOfTarget)) return undefined;
  const named = headers.map(({ name, value }) => [name, value.source]);
  return JSON.stringify([method, paths, named, settings, skipCheck]);
};

const isOfTarget = (text: string): boolean =>
  !callsHelper.test(text) &&
  [...text.matchAll(marker)].every(([, name, other]) => targetNames.has(name ?? other ?? ""));
