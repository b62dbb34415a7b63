/** A file that is made to be looked at, harmless whatever its label says, and what is to come of it. */
export interface Sample {
  /** Of the folder that it is written to; one of it. */
  readonly name: string;
  /** What it shows, for people: a row of the table. */
  readonly group: string;
  readonly label: "malicious" | "clean";
  readonly content: Buffer;
  /** The kind of the detector that has to find it; absent: none can. */
  readonly foundBy?: string;
  /** Kinds of the detectors that fail at it: its verdict has to name them, and must not clear it. */
  readonly unseenBy: readonly string[];
}

/** What a verdict may come to. */
export type Side = "found" | "cleared" | "undecided";

/** What the verdict about a sample has to come to: nothing is cleared that a detector has failed at. */
export const expectedSide = ({ label, foundBy, unseenBy }: Sample): Side => {
  if (foundBy !== undefined) return "found";
  return label === "clean" && unseenBy.length === 0 ? "cleared" : "undecided";
};
