/** Those at the end of what a program wrote. Without them, as `$(…)` of a shell has it, a number is a number and a name equals another. */
export const lineEnds = /[\r\n]+$/;
