/** A fifth of a second of compiling. */
const maxInstructions = 50_000;
const counted = /\{(\d{1,4})(?:,(\d{0,4}))?\}/y;
const escape = /\\(?:Q[^]*?(?:\\E|$)|[pP]\{[^}]*\}|x\{[^}]*\}|[^]|$)/y;
const flags = /\(\?[a-zA-Z]*(?:-[a-zA-Z]*)?\)/y;
const charClass = /\[\^?\]?(?:\\[^]|\[:\^?\w+:\]|[^\]\\])*\]?/y;

/**
 * About how many instructions a pattern becomes, known without compiling it: what is counted, as `(ab){1000}`, stands
 * in the program that often, so that a short text can become millions. Right within a small factor for what compiles.
 */
export const programBound = (source: string): number => {
  const outer: number[] = [];
  let size = 0;
  let latest = 0;
  const add = (instructions: number): void => {
    size += instructions;
    latest = instructions;
  };
  for (let at = 0; at < source.length;) {
    const char = source.charAt(at);
    const times = char === "{" ? matchAt(counted, source, at) : undefined;
    const set = char === "(" ? matchAt(flags, source, at) : undefined;
    const whole =
      char === "\\" ? matchAt(escape, source, at) : char === "[" ? matchAt(charClass, source, at) : undefined;
    if (times !== undefined) {
      const count = Math.max(Number(times[1]), Number(times[2] ?? 0), 1);
      size += latest * (count - 1);
      latest *= count;
    } else if (char === "(" && set === undefined) {
      outer.push(size);
      size = 0;
    } else if (char === ")") {
      const inner = size + 2;
      size = outer.pop() ?? 0;
      add(inner);
    } else if (set === undefined) {
      // Flags are no instruction, and a count after them repeats what stands before them. A quotation is one instruction a character.
      add(whole?.[0].startsWith("\\Q") === true ? whole[0].length : 1);
    }
    at += (times ?? set ?? whole)?.[0].length ?? 1;
  }
  return outer.reduce((sum, each) => sum + each, size);
};

const matchAt = (form: RegExp, source: string, at: number): RegExpExecArray | undefined => {
  form.lastIndex = at;
  return form.exec(source) ?? undefined;
};

/** Why a pattern is too large to be compiled, in words for a person; undefined when it is not. */
export const sizeProblem = (source: string): string | undefined =>
  programBound(source) > maxInstructions
    ? `pattern repeats so much that it has more than ${maxInstructions} instructions`
    : undefined;
