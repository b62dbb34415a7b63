/** Where templates find the files that they name, such as lists of payloads. */
export interface TemplateFiles {
  /**
   * @param path relative, `/` between its parts, from the folder of templates
   * @returns the bytes, or why there are none, in words for a person
   */
  read(path: string): Uint8Array | string;
  /** Paths of the templates that are there, those that only serve workflows included. */
  templates(): Iterable<string>;
}

/** No file beside the template itself. */
export const noFiles: TemplateFiles = { read: () => "there are no files beside this template", templates: () => [] };

/** A file that a template needs beside its own text. */
export interface HelperFile {
  /** From the folder of templates. */
  readonly path: string;
  readonly content: Uint8Array;
}
