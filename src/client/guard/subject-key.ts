import { v4Number } from "../../engines/intercept/index.ts";

/**
 * What a subject is looked up by. An IPv4 address as its number: comparing two texts touches memory that is in no cache once there are
 * many, and takes most of a look-up.
 */
export type SubjectKey = string | number;

export const subjectKey = (field: string, subject: string): SubjectKey => {
  const number = field === "ip" ? v4Number(subject) : undefined;
  return number === undefined ? subject : v4Key(number);
};

/** With a sign: numbers above 2³¹ would be objects. */
export const v4Key = (number: number): SubjectKey => number | 0;
