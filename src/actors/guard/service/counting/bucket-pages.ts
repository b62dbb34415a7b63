import { z } from "zod";
import type { Json } from "../../../../base/json.ts";
import type { SubjectContent } from "../../../../engines/intercept/index.ts";
import type { Bucket } from "./bucket.ts";

/** About so many bytes of JSON a page has at most; the store takes 256 KiB. */
const pageBytes = 120 * 1024;
/** A window may have more times than fit into a page. */
const timesOfPiece = 2_000;
/** A UTF-16 unit in JSON: at most `\u0000`. */
const mostUnitBytes = 6;
/** A time and a count with their commas. */
const timeBytes = 24;
const pieceBytes = 32;

const accesses = z.tuple([z.string(), z.array(z.number()), z.array(z.number())]);
const values = z.tuple([z.string(), z.array(z.tuple([z.string(), z.array(z.number())]))]);
const pageShape = z.array(
  z.strictObject({ rule: z.number(), counting: z.string(), pieces: z.array(z.union([accesses, values])) }),
);
const headShape = z.strictObject({
  generation: z.number(),
  pages: z.number(),
  subjects: z.number(),
  /** Number of the last journal entry that it holds. */
  position: z.number(),
});

/** A part of the window of one subject: times and counts, or times by value. Those of a subject follow each other. */
type Piece = z.infer<typeof accesses> | z.infer<typeof values>;
export type BucketPage = z.infer<typeof pageShape>;
export type BucketHead = z.infer<typeof headShape>;

/** They throw a ZodError that names the field. */
export const parseBucketPage = (value: Json): BucketPage => pageShape.parse(value);
export const parseBucketHead = (value: Json): BucketHead => headShape.parse(value);

/** The content of a bucket at this moment. */
export const pagesOfBucket = (bucket: Bucket): readonly BucketPage[] => {
  const pages: BucketPage[] = [];
  let bytes = pageBytes;
  for (const { rule, counting, subjects } of bucket.content()) {
    let open: BucketPage[number] | undefined;
    for (const subject of subjects) {
      for (const piece of piecesOf(subject)) {
        const size = sizeOf(piece);
        if (bytes + size > pageBytes) {
          pages.push([]);
          bytes = 0;
          open = undefined;
        }
        if (open === undefined) {
          open = { rule, counting, pieces: [] };
          pages.at(-1)?.push(open);
        }
        open.pieces.push(piece);
        bytes += size;
      }
    }
  }
  return pages;
};

/** A subject of a rule, put together again. */
export interface StoredSubject {
  readonly rule: number;
  readonly counting: string;
  readonly content: SubjectContent;
}

/** Puts the pieces of subjects together, page after page of one bucket. */
export class PieceJoiner {
  #open: { readonly rule: number; readonly counting: string; readonly pieces: Piece[] } | undefined;

  /** @returns the subjects that are whole now */
  *take(page: BucketPage): Iterable<StoredSubject> {
    for (const { rule, counting, pieces } of page) {
      for (const piece of pieces) {
        if (this.#open?.rule === rule && this.#open.pieces[0]?.[0] === piece[0]) this.#open.pieces.push(piece);
        else {
          yield* this.end();
          this.#open = { rule, counting, pieces: [piece] };
        }
      }
    }
  }

  /** @returns the last subject */
  *end(): Iterable<StoredSubject> {
    if (this.#open === undefined) return;
    const { rule, counting, pieces } = this.#open;
    this.#open = undefined;
    yield { rule, counting, content: joined(pieces) };
  }
}

const joined = (pieces: readonly Piece[]): SubjectContent => {
  const times: number[] = [];
  const counts: number[] = [];
  const byValue: [string, readonly number[]][] = [];
  let isDistinct = false;
  for (const piece of pieces) {
    if (piece.length === 2) {
      isDistinct = true;
      for (const [value, seen] of piece[1]) byValue.push([value, seen]);
    } else {
      for (const time of piece[1]) times.push(time);
      for (const count of piece[2]) counts.push(count);
    }
  }
  return {
    subject: pieces[0]?.[0] ?? "",
    accesses: isDistinct ? undefined : { times, counts },
    values: isDistinct ? Object.fromEntries(byValue) : undefined,
  };
};

function* piecesOf({ subject, accesses, values }: SubjectContent): Iterable<Piece> {
  for (let at = 0; accesses !== undefined && at < accesses.times.length; at += timesOfPiece) {
    yield [subject, accesses.times.slice(at, at + timesOfPiece), accesses.counts.slice(at, at + timesOfPiece)];
  }
  if (values === undefined) return;
  let open: [string, number[]][] = [];
  let bytes = 0;
  for (const [value, times] of Object.entries(values)) {
    const size = value.length * mostUnitBytes + times.length * timeBytes;
    if (open.length > 0 && bytes + size > pageBytes / 2) {
      yield [subject, open];
      [open, bytes] = [[], 0];
    }
    open.push([value, [...times]]);
    bytes += size;
  }
  if (open.length > 0) yield [subject, open];
}

const sizeOf = (piece: Piece): number => {
  const base = pieceBytes + piece[0].length * mostUnitBytes;
  if (piece.length === 3) return base + piece[1].length * timeBytes;
  return piece[1].reduce(
    (sum, [value, times]) => sum + pieceBytes + value.length * mostUnitBytes + times.length * timeBytes,
    base,
  );
};
