import type { ProcessMark } from "./process-mark.ts";

/** A writer of the queue: one process, in one life. */
export interface WriterName {
  readonly mark: ProcessMark;
  /** Tells writers of one process apart. */
  readonly tail: string;
}

/** How far the files of one writer have been read. */
export interface Position {
  /** Name of its folder. */
  readonly writer: string;
  /** Number of the file, from 1. */
  readonly segment: number;
  readonly offset: number;
}

const folderShape = /^(\d{1,10})-(\d{1,20})-(\d{1,10})-([a-z0-9]{1,16})$/;
const segmentShape = /^(\d{10})\.seg$/;

export const writerFolder = ({ mark, tail }: WriterName): string =>
  `${mark.pid}-${mark.started}-${mark.namespace}-${tail}`;

/** Undefined for a folder that is no writer's. */
export const parseWriterFolder = (folder: string): WriterName | undefined => {
  const [, pid, started, namespace, tail] = folderShape.exec(folder) ?? [];
  if (pid === undefined || started === undefined || namespace === undefined || tail === undefined) return undefined;
  return { mark: { pid: Number(pid), started, namespace }, tail };
};

export const segmentFile = (number: number): string => `${String(number).padStart(10, "0")}.seg`;

/** Undefined for a file that is no segment. */
export const segmentNumber = (file: string): number | undefined => {
  const digits = segmentShape.exec(file)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
