import pino from "pino";

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly path?: string;
  readonly incarnation?: number;
  readonly [fact: string]: unknown;
}

/** A pino logger that keeps what it writes. */
export class CapturedLog {
  readonly lines: LogLine[] = [];
  readonly logger: pino.Logger;

  /** @param heard told of each line as it is written */
  constructor(heard: (line: LogLine) => void = () => undefined) {
    const write = (text: string): void => {
      const line = JSON.parse(text) as LogLine;
      this.lines.push(line);
      heard(line);
    };
    this.logger = pino({ level: "debug", base: null }, { write });
  }

  /** The lines with this message. */
  of(message: string): readonly LogLine[] {
    return this.lines.filter((line) => line.msg === message);
  }
}
