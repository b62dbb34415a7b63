import type { DetectorAnswer } from "../../../engines/malware/index.ts";
import { bounds } from "../../../store/index.ts";

/** Some room for the rest of the record. */
const mostBytes = bounds.bodyBytes - 16 * 1024;
/** Names and characters of a message that are kept of each answer: as many as fit. */
const steps = [
  { names: 64, message: 1_000 },
  { names: 8, message: 200 },
  { names: 1, message: 60 },
  { names: 0, message: 0 },
] as const;

/** The answers in so few words that one record holds them all. */
export const clipAnswers = (answers: readonly DetectorAnswer[]): readonly DetectorAnswer[] => {
  for (const { names, message } of steps) {
    const clipped = answers.map((answer) => clip(answer, names, message));
    if (Buffer.byteLength(JSON.stringify(clipped)) <= mostBytes) return clipped;
  }
  return [];
};

const clip = (answer: DetectorAnswer, names: number, message: number): DetectorAnswer => {
  const { result } = answer;
  if (result.outcome === "verdict") return { ...answer, result: { ...result, names: result.names.slice(0, names) } };
  if (result.outcome === "error")
    return { ...answer, result: { ...result, message: result.message.slice(0, message) } };
  return answer;
};
