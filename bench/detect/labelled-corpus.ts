import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { eicar } from "../../test/support/malware/eicar.ts";
import { peFile } from "../../test/support/malware/pe-file.ts";
import { zipFile } from "../../test/support/malware/zip-file.ts";

/** A file and what should be said of it. All of them do no harm: those that are to be found carry a mark. */
export interface LabelledFile {
  readonly name: string;
  readonly content: Buffer;
  readonly harmful: boolean;
  /** The list of its label has it: the deny list or the allow list. */
  readonly listed: boolean;
}

/** Marks of families, put together when they are needed. The third is in programs that have the shape of those that inject code. */
export const familyMarks = ["alpha", "beta", "gamma"].map((family) => ["Garrison", "Marker", family].join("~"));

const variants = 10;
const packings: readonly (readonly [name: string, pack: (content: Buffer) => Buffer])[] = [
  ["plain", (content) => content],
  ["zip", (content) => zipFile([{ name: "member.bin", content }])],
  ["gzip", (content) => gzipSync(content)],
  ["nested", (content) => zipFile([{ name: "inner.zip", content: zipFile([{ name: "member.bin", content }]) }])],
];

const filler = (seed: string): Buffer =>
  Buffer.concat(Array.from({ length: 64 }, (_, at) => createHash("sha256").update(`${seed} ${at}`).digest()));

const packed = (seed: string, content: Buffer, harmful: boolean, listed: boolean): readonly LabelledFile[] =>
  packings.map(([packing, pack]) => ({ name: `${seed}, ${packing}`, content: pack(content), harmful, listed }));

const injection = ["VirtualAllocEx", "WriteProcessMemory", "CreateRemoteThread"];
const writableCode = 0xe0000020;

const carrier = (family: number, seed: string, mark: string): Buffer =>
  family === 2
    ? peFile({
        code: Buffer.from(`${seed} ${mark}`),
        functions: injection,
        sectionFlags: writableCode,
        sectionName: "nsp2",
      })
    : Buffer.concat([filler(seed), Buffer.from(mark), filler(`end ${seed}`)]);

/** One in two variants of each family is listed, in each of its packings. */
const families = (): readonly LabelledFile[] =>
  familyMarks.flatMap((mark, family) =>
    Array.from({ length: variants }, (_, at) => {
      const content = carrier(family, `${family}-${at}`, mark);
      return packed(`family ${family}, variant ${at}`, content, true, at % 2 === 0);
    }).flat(),
  );

/** What looks like a family and is none: a mark with one letter changed, and texts that speak about one. */
const nearMisses = (): readonly LabelledFile[] =>
  familyMarks.flatMap((mark, family) => {
    const changed = Buffer.concat([filler(`near ${family}`), Buffer.from(mark.replace("Marker", "Market"))]);
    const report = Buffer.from(
      `Analysts wrote about the family ${mark.split("~").at(-1) ?? ""} at length.\n`.repeat(20),
    );
    return [
      ...packed(`near miss ${family}`, changed, false, false),
      ...packed(`report ${family}`, report, false, false),
    ];
  });

/** One in two is listed. Of the programs one in five is a debugger: it has the same functions as those that inject code. */
const benign = (): readonly LabelledFile[] =>
  Array.from({ length: variants }, (_, at) => [
    ...packed(
      `text ${at}`,
      Buffer.from(`Minutes of meeting ${at}. Nothing happened.\n`.repeat(50 + at)),
      false,
      at % 2 === 0,
    ),
    ...packed(
      `settings ${at}`,
      Buffer.from(JSON.stringify({ at, list: [...filler(`json ${at}`)] })),
      false,
      at % 2 === 0,
    ),
    ...packed(`noise ${at}`, filler(`noise ${at}`), false, at % 2 === 0),
    ...packed(
      `program ${at}`,
      peFile({ code: Buffer.from(`program ${at}`), functions: at % 5 === 0 ? injection : ["ReadFile"] }),
      ...([false, at % 2 === 0] as const),
    ),
  ]).flat();

/** Files of known label, always the same. */
export const labelledCorpus = (): readonly LabelledFile[] => [
  ...families(),
  ...packed("EICAR", eicar(), true, false),
  ...nearMisses(),
  ...benign(),
];
