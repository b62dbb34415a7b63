import { createHash } from "node:crypto";
import { join } from "node:path";
import Table from "cli-table3";
import { systemClock } from "../../src/base/clock.ts";
import { createDigestEngine } from "../../src/engines/malware/digest/index.ts";
import type { Decision, DetectionEngine, DetectorAnswer, VerdictRule } from "../../src/engines/malware/index.ts";
import { decide } from "../../src/engines/malware/rules/index.ts";
import { createStructureEngine } from "../../src/engines/malware/structure/index.ts";
import { createYaraEngine } from "../../src/engines/malware/yara/index.ts";
import { inRepository } from "../../test/support/built.ts";
import { ObjectFolder } from "../../test/support/malware/object-folder.ts";
import { startYaraThread } from "../../test/support/malware/yara-thread.ts";
import { familyMarks, labelledCorpus, type LabelledFile } from "./labelled-corpus.ts";

const quorum = 2 / 3;
const rules: readonly VerdictRule[] = [
  { type: "majority", decisive: ["digest"], quorum },
  { type: "any", quorum },
  { type: "all", quorum },
  { type: "quorum", black: 1, quorum },
  { type: "weighted", weights: { digest: 2, yara: 2, structure: 1 }, black: 60, suspected: 25, quorum },
  { type: "priority", order: ["digest", "yara", "structure"], quorum },
];

/** How a detector, or a rule over all of them, did. */
interface Score {
  missed: number;
  falseAlarms: number;
  undecided: number;
}

/**
 * How often each rule is wrong, and each engine alone, on a labelled corpus of harmless files: marker families of which the engines know
 * parts, EICAR, near misses and benign files, each plain, in a zip, in gzip, and in a zip in a zip. Grey and unknown are undecided.
 */
export const name = "detect-verdict-rules";

export const run = async (): Promise<void> => {
  const folder = new ObjectFolder();
  const corpus = labelledCorpus();
  const engines = await openEngines(folder, corpus);
  const scores = new Map<string, Score>();
  try {
    for (const file of corpus) {
      const answers = await answersOf(engines, folder, file);
      for (const answer of answers) note(scores, `${answer.kind} alone`, file, saidBy(answer));
      const requirement = engines.map((engine) => ({ kind: engine.describe().kind, count: 1 }));
      for (const rule of rules) note(scores, rule.type, file, decide(rule, requirement, answers).trust);
    }
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
    folder.remove();
  }
  print(scores, corpus);
};

const openEngines = async (
  folder: ObjectFolder,
  corpus: readonly LabelledFile[],
): Promise<readonly DetectionEngine[]> => {
  const list = (file: string, harmful: boolean): string => {
    const listed = corpus.filter((each) => each.listed && each.harmful === harmful);
    return folder.write(file, listed.map(({ content }) => `${sha256Of(content)}\n`).join(""));
  };
  const [allow, deny] = [[list("allow.txt", false)], [list("deny.txt", true)]];
  const families = folder.write("families.yar", familyRules());
  return [
    await createDigestEngine({ allow, deny, folder: join(folder.path, "built"), clock: systemClock }),
    await createYaraEngine({
      rules: [families, inRepository("rules/malware")],
      clock: systemClock,
      startThread: startYaraThread,
      onStuck: (message) => {
        throw new Error(message);
      },
    }),
    createStructureEngine({ clock: systemClock }),
  ];
};

const sha256Of = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** The first family in full; the second by a word that others use too; nothing of the third. */
const familyRules = (): string => {
  const [alpha = "", beta = ""] = familyMarks;
  const rule = (id: string, meta: string, text: string): string =>
    `rule ${id} { meta: ${meta} strings: $mark = "${text}" condition: $mark }`;
  const word = beta.split("~").at(-1) ?? "";
  return [rule("family_alpha", 'garrison_trust = "black"', alpha), rule("word_beta", "score = 50", word)].join("\n");
};

const answersOf = async (
  engines: readonly DetectionEngine[],
  folder: ObjectFolder,
  { content }: LabelledFile,
): Promise<readonly DetectorAnswer[]> => {
  const object = folder.object(content, "sample-file");
  const { signal } = new AbortController();
  return Promise.all(
    engines.map(async (engine) => {
      const { kind, engineVersion, signatureVersion } = engine.describe();
      const by = { kind, detector: kind, host: "bench", engineVersion, signatureVersion, tookMs: 0 };
      return { ...by, result: await engine.scan(object, signal) };
    }),
  );
};

const saidBy = ({ result }: DetectorAnswer): Decision["trust"] =>
  result.outcome === "verdict" ? result.trust : "unknown";

const note = (scores: Map<string, Score>, by: string, { harmful }: LabelledFile, trust: Decision["trust"]): void => {
  const score = scores.get(by) ?? { missed: 0, falseAlarms: 0, undecided: 0 };
  scores.set(by, score);
  if (trust === "grey" || trust === "unknown") score.undecided += 1;
  else if (harmful && trust.endsWith("white")) score.missed += 1;
  else if (!harmful && trust.endsWith("black")) score.falseAlarms += 1;
};

const print = (scores: ReadonlyMap<string, Score>, corpus: readonly LabelledFile[]): void => {
  const harmful = corpus.filter((file) => file.harmful).length;
  const table = new Table({
    head: [
      "by",
      `harmful called harmless, of ${harmful}`,
      `harmless called harmful, of ${corpus.length - harmful}`,
      "undecided",
    ],
    style: { head: [], border: [] },
  });
  const share = (count: number, of: number): string => `${count} (${((100 * count) / of).toFixed(1)} %)`;
  for (const [by, { missed, falseAlarms, undecided }] of scores) {
    table.push([
      by,
      share(missed, harmful),
      share(falseAlarms, corpus.length - harmful),
      share(undecided, corpus.length),
    ]);
  }
  console.log(table.toString());
};
