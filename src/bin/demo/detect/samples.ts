import { eicar } from "./eicar.ts";
import { breaker, fragileKind } from "./fragile-engine.ts";
import { nested, wrappings, zipped } from "./packed.ts";
import type { Sample } from "./sample.ts";

type Made = Omit<Sample, "group">;
type Expectation = Pick<Sample, "label" | "foundBy" | "unseenBy">;

/** More archives in each other than `detect.archive.maxDepth` lets be unpacked. */
const tooDeep = 12;
const ofEach = 3;

const found = (foundBy: string): Expectation => ({ label: "malicious", foundBy, unseenBy: [] });
const clean: Expectation = { label: "clean", unseenBy: [] };

/** Texts of families that rules/demo-malware describes. */
const families: Readonly<Record<string, string>> = {
  courier: "GARRISON-DEMO-COURIER\nbeacon every 60 seconds\n",
  locker: "To whom it may concern: GARRISON-DEMO-LOCKER\nlocked: letter.txt\nlocked: photo.png\nlocked: ledger.csv\n",
  miner: "GARRISON-DEMO-MINER\nworks for pool.demo.invalid\n",
};

/** Texts that each lack one thing that the rule of a family asks for. */
const nearMisses: Readonly<Record<string, string>> = {
  "courier-later": "From: GARRISON-DEMO-COURIER\nbeacon every 60 seconds\n",
  "courier-silent": "GARRISON-DEMO-COURIER\nbeacon every day\n",
  "locker-two": "GARRISON-DEMO-LOCKER\nlocked: letter.txt\nlocked: photo.png\n",
  "locker-other": "GARRISON-DEMO-L0CKER\nlocked: letter.txt\nlocked: photo.png\nlocked: ledger.csv\n",
  "miner-reversed": "works for pool.demo.invalid\nGARRISON-DEMO-MINER\n",
};

const cleanTexts: Readonly<Record<string, string>> = {
  "letter.txt": "Dear Sir or Madam, the goods have arrived, and all is well.\n",
  "prices.csv": "item,price\nrope,12\nsail,140\n",
  "settings.json": '{"theme": "light", "columns": 80}\n',
  "page.html": "<!doctype html><title>Tides</title><p>High water at noon.\n",
};

/** Each text alone and in every wrapping. */
const wrapped = (texts: Readonly<Record<string, string>>, salt: string, expectation: Expectation): readonly Made[] =>
  Object.entries(texts).flatMap(([name, text]) =>
    Object.entries(wrappings).map(([ending, wrap]) => {
      const content = wrap(name, Buffer.from(`${text}${salt} ${ending}\n`));
      return { name: `${name}${ending}`, content, ...expectation };
    }),
  );

const numbered = (make: (at: number) => Made): readonly Made[] => Array.from({ length: ofEach }, (_, at) => make(at));

const groups = (salt: string): Readonly<Record<string, readonly Made[]>> => ({
  "EICAR, packed and not": Object.entries(wrappings).map(([ending, wrap]) => ({
    ...found("yara"),
    name: `eicar.com${ending}`,
    content: wrap("eicar.com", eicar(salt)),
  })),
  "families of a rule file, packed and not": wrapped(families, salt, found("yara")),
  "on a list of digests": numbered((at) => ({
    ...found("digest"),
    name: `listed-${at}.bin`,
    content: Buffer.from(`known by its digest alone ${salt} ${at}\n`),
  })),
  "names that hide what they are": numbered((at) => ({
    ...found("structure"),
    name: `invoice-${at}.zip`,
    content: zipped(`invoice-${at}.pdf.exe`, Buffer.from(`no program at all ${salt} ${at}\n`)),
  })),
  "near misses of the families": [
    ...wrapped(nearMisses, salt, clean),
    // One character is another one.
    {
      ...clean,
      name: "eicar-changed.com",
      content: Buffer.from(eicar(salt).toString("latin1").replace("TEST", "PEST")),
    },
    { ...clean, name: "report.zip", content: zipped("report.pdf.txt", Buffer.from(`all is well ${salt}\n`)) },
  ],
  clean: wrapped(cleanTexts, salt, clean),
  "found, and one engine fails": numbered((at) => ({
    ...found("yara"),
    unseenBy: [fragileKind],
    name: `breaking-courier-${at}.txt`,
    content: Buffer.from(`${families["courier"]}${breaker} ${salt} ${at}\n`),
  })),
  "clean, and one engine fails": numbered((at) => ({
    ...{ label: "clean", unseenBy: [fragileKind] },
    name: `breaking-letter-${at}.txt`,
    content: Buffer.from(`${cleanTexts["letter.txt"]}${breaker} ${salt} ${at}\n`),
  })),
  "archives that are too deep to look into": numbered((at) => ({
    ...{ label: "malicious", unseenBy: ["structure", "yara"] },
    name: `deep-${at}.zip`,
    content: nested("eicar.com", eicar(salt), tooDeep + at),
  })),
});

/**
 * All samples, in an order that mixes their groups.
 * @param salt makes them other files than those of an earlier run, on a store that knows those
 */
export const samplesOf = (salt: string): readonly Sample[] => {
  const rows = Object.entries(groups(salt)).map(([group, made]) => made.map((sample) => ({ group, ...sample })));
  const longest = Math.max(...rows.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => rows.flatMap((row) => row[at] ?? [])).flat();
};
