import { type Command, InvalidArgumentError } from "commander";
import type { EventDefaults, Logsource } from "../../../engines/events/index.ts";
import { kindShape, sourceShape } from "../../../engines/events/security-event.ts";

/** Flags that say what events are where they do not say it themselves. */
export interface EventFlags {
  readonly source?: string;
  readonly kind?: string;
  readonly logsource?: Logsource;
}

const parseName =
  (shape: RegExp) =>
  (text: string): string => {
    if (shape.test(text)) return text;
    throw new InvalidArgumentError(`Use 1 to 63 of a-z 0-9 . - and begin with a letter or digit, not "${text}".`);
  };

const parseLogsource = (text: string, before: Logsource = {}): Logsource => {
  const [, key, value = ""] = /^(category|product|service)=([\x21-\x7e]{1,100})$/.exec(text) ?? [];
  if (key === undefined) {
    throw new InvalidArgumentError(`Use category=…, product=… or service=…, such as product=windows, not "${text}".`);
  }
  return { ...before, [key]: value.toLowerCase() };
};

export const withEventFlags = (command: Command): Command =>
  command
    .option("--source <name>", "of events that name none (default: the name of who calls)", parseName(sourceShape))
    .option(
      "--kind <name>",
      "of events that name none: network-attack, virus-intrusion, ransomware, mining, or a name of yours",
      parseName(kindShape),
    )
    .option(
      "--logsource <part>",
      "of events that name none, in Sigma's terms: category=…, product=…, service=…; repeatable",
      parseLogsource,
    );

export const eventDefaults = ({ source, kind, logsource }: EventFlags, id: () => string): EventDefaults => ({
  id,
  source,
  kind,
  logsource,
});
