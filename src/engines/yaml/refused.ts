/** What is wrong with a document, or with the text from some place on. */
export interface YamlProblem {
  readonly line: number;
  readonly problem: string;
}

/** Ends the reading of a text or of a document. */
export class Refused extends Error {
  readonly found: YamlProblem;

  constructor(line: number, problem: string) {
    super(problem);
    this.found = { line, problem };
  }
}
