import { company, people, teams } from "../company.ts";
import { linkList, paragraphs } from "../html.ts";
import type { Page } from "./page.ts";

/** The staff pages: one a person and one a team, and the login of the intranet. */
export const staffPages: readonly Page[] = [
  {
    path: "/staff/",
    title: "Staff",
    content: linkList([
      ...teams.map((team) => [`/staff/team/${team.slug}`, `Team ${team.name}`] as const),
      ["/staff/login", "Log in"],
    ]),
  },
  ...teams.map((team) => ({
    path: `/staff/team/${team.slug}`,
    title: `Team ${team.name}`,
    content: linkList(
      people.filter((person) => person.team === team.slug).map((person) => [`/staff/${person.slug}`, person.name]),
    ),
  })),
  ...people.map((person) => ({
    path: `/staff/${person.slug}`,
    title: person.name,
    content: paragraphs(
      `${person.name} works in team ${person.team}.`,
      `Extension ${String(person.extension)}, ${person.slug}@${company.domain}.`,
    ),
  })),
  {
    path: "/staff/login",
    title: "Log in",
    content: `<form method="post" action="/staff/login">
<label>Name <input name="name"></label>
<label>Password <input type="password" name="password"></label>
<button type="submit">Log in</button>
</form>`,
  },
];
