import { printable } from "../../../base/printable.ts";
import type { Run, RunAsk } from "../../../client/index.ts";

const textChars = 1_000;
const valueChars = 300;
/** Steps that are shown with what they ask. */
const mostAsks = 20;

/** What a run asks people, step by step, each with the command that answers it. Empty: it asks nothing. */
export const questionLines = ({ id, question }: Run): readonly string[] => {
  if (question === undefined) return [];
  const asks = question.asks.slice(0, mostAsks);
  const more = question.steps.length - asks.length;
  return [
    `asks: ${printable(question.text, textChars)}`,
    ...asks.flatMap((ask) => [
      ...askLines(ask),
      `  answer it with: garrison run answer ${printable(id)} ${flagsOf(ask)}`,
    ]),
    ...(more > 0 ? [`and about ${more} more steps: answer these first`] : []),
  ];
};

const flagsOf = ({ step, kind, outArgs }: RunAsk): string => {
  if (kind === "unknown") return `--step ${step} --done [JSON] | --failed TEXT | --repeat`;
  const values = outArgs.map(({ name }) => `--set ${printable(name, valueChars)}=…`).join(" ");
  return `--step ${step} ${values === "" ? "--done" : values} | --failed TEXT`;
};

const askLines = ({ step, kind, text, inArgs, outArgs }: RunAsk): readonly string[] => [
  `step ${step}${kind === "manual" ? ", for a person" : ""}: ${printable(text, textChars)}`,
  ...inArgs.map(({ name, value }) => `  ${shownValue(name, value)}`),
  ...outArgs.map(({ name, type, description = "" }) => {
    const about = description === "" ? "" : `: ${printable(description, valueChars)}`;
    return `  wants ${printable(name, valueChars)} (${printable(type)})${about}`;
  }),
];

const shownValue = (name: string, value: string | undefined): string =>
  `${printable(name, valueChars)} ${value === undefined ? "has no value" : `= ${printable(value, valueChars)}`}`;
