import { InvalidArgumentError, type Command } from "commander";
import { parseDuration, parseWhole } from "../../process/parse-flags.ts";

/** How requests are sent, as flags. */
export interface RequestFlags {
  readonly header?: readonly Header[];
  readonly var?: ReadonlyMap<string, string>;
  readonly proxy?: string;
  readonly timeout?: number;
  readonly retries?: number;
  readonly rateLimit?: number;
  readonly excludeHosts?: readonly string[];
}

interface Header {
  readonly name: string;
  readonly value: string;
}

/** Cuts `text` at the first `separator`. */
const cut = (text: string, separator: string, form: string): readonly [string, string] => {
  const at = text.indexOf(separator);
  if (at < 1) throw new InvalidArgumentError(`Use ${form}, not ${JSON.stringify(text)}.`);
  return [text.slice(0, at), text.slice(at + 1)];
};

const parseHeader = (text: string, before: readonly Header[] = []): readonly Header[] => {
  const [name, value] = cut(text, ":", '"Name: value"');
  return [...before, { name, value: value.trim() }];
};

const parseVariable = (text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> =>
  new Map([...before, cut(text, "=", "name=value")]);

/** A comma between entries, not one between the ports of an entry such as `10.0.0.0/8:80,8000-8100`. */
const betweenEntries = /,(?!\s*\d+(?:-\d+)?\s*(?:,|$))/;

const parseExcluded = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(betweenEntries).map((entry) => entry.trim()),
];

export const withRequestFlags = (command: Command): Command =>
  command
    .option("--header <header>", 'sent with every request, as "Name: value"; repeatable', parseHeader)
    .option("--var <name=value>", "a variable of templates; repeatable", parseVariable)
    .option("--proxy <url>", "the http or https proxy that requests go through")
    .option("--timeout <duration>", "for one request with its redirects, each try for itself", parseDuration)
    .option("--retries <n>", "further tries of a request without an answer", parseWhole(0, 10))
    .option("--rate-limit <n>", "requests per second to one target, at most", parseWhole(1, 100_000))
    .option(
      "--exclude-hosts <entries>",
      "hosts, *.domains, addresses or networks that are not contacted, with :port if wanted; comma-separated, repeatable",
      parseExcluded,
    );
