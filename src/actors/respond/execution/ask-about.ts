import type { RunQuestion } from "../views.ts";

const mostNamed = 20;

/** What a person is asked about steps whose outcomes nobody knows. */
export const askAbout = (steps: readonly number[]): RunQuestion => {
  const named = steps.slice(0, mostNamed).join(", ");
  const more = steps.length > mostNamed ? ` and ${steps.length - mostNamed} more` : "";
  return {
    steps,
    text: `Did step ${named}${more} have its effect? Its process ended before it could say so, and it must not be done twice.`,
  };
};
