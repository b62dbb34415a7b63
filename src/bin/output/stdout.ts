import { OutputError } from "./output-error.ts";

/** Writes results. False: nobody reads any more, which is the reader's choice and no error. @throws OutputError */
export const toStdout = (text: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error) resolve(true);
      else if ("code" in error && error.code === "EPIPE") resolve(false);
      else reject(new OutputError("standard output", error));
    });
  });
