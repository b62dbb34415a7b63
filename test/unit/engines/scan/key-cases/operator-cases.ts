import type { LanguagePlace } from "../../../../../src/engines/scan/index.ts";
import type { KeyCase } from "./key-case.ts";
import type { Site } from "./sites.ts";
import { blockText, listItem, templateText } from "./template-text.ts";

export interface OperatorSetup {
  readonly place: LanguagePlace;
  /** The keys of a block that gets a response. */
  readonly keys: string;
  readonly site: Site;
  /** A word of the response. */
  readonly word: string;
  /** The response's default part, as later requests know it after the block's name. */
  readonly part: string;
  readonly engine?: KeyCase["engine"];
}

/** Cases of the keys that blocks of every protocol have. */
export const operatorCases = ({ place, keys, site, word, part, engine = {} }: OperatorSetup): readonly KeyCase[] => {
  const both = `matchers: [{type: word, words: ["${word}"]}, {type: word, words: [no-such-word]}]`;
  const first = listItem(`id: first\n${keys}\nextractors: [{type: regex, name: none, regex: [no-such-word]}]`);
  const second = listItem(`${keys}\nmatchers: [{type: dsl, dsl: ['contains(first_${part}, "${word}")']}]`);
  return [
    {
      place,
      key: "matchers",
      shows: "decide what is found",
      template: blockText(place, `${keys}\nmatchers: [{type: word, words: ["${word}"]}]`),
      to: [{ type: "word", words: ["no-such-word"] }],
      site,
      engine,
      expected: { findings: ["k"] },
      changed: { findings: [] },
    },
    {
      place,
      key: "matchers-condition",
      shows: "and: all matchers have to match",
      template: blockText(place, `${keys}\nmatchers-condition: and\n${both}`),
      site,
      engine,
      expected: { findings: [] },
      changed: { findings: ["k"] },
    },
    {
      place,
      key: "extractors",
      shows: "keep values of the response",
      template: blockText(
        place,
        `${keys}\nmatchers: [{type: word, words: ["${word}"]}]\nextractors: [{type: regex, regex: ["${word}"]}]`,
      ),
      site,
      engine,
      expected: { findings: [`k=${word}`] },
      changed: { findings: ["k"] },
    },
    {
      place,
      key: "id",
      shows: "names the response for later requests",
      template: templateText(`${place}:\n${first}\n${second}`),
      site,
      engine,
      expected: { findings: ["k"] },
      changed: { findings: [] },
    },
  ];
};

/** Cases of payloads, for a block whose request carries `{{word}}` and is listed by the site. */
export const payloadCases = (
  place: LanguagePlace,
  keys: string,
  site: Site,
  sent: (word: string) => string,
): readonly KeyCase[] => [
  {
    place,
    key: "payloads",
    shows: "a request for each value",
    template: blockText(place, `${keys}\npayloads: {word: [one, two]}`),
    site,
    unordered: true,
    expected: { sent: [sent("one"), sent("two")], errors: [] },
    changed: { sent: [], errors: ["protocol"] },
  },
];
