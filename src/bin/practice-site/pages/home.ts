import { company, families } from "../company.ts";
import { linkList, paragraphs } from "../html.ts";
import type { Page } from "./page.ts";

const offices = ["Fernhill", "Port Anselm", "Grauwald", "Lisse"];

/** The front of the site: home, about, contact, offices and legal notes. */
export const homePages: readonly Page[] = [
  {
    path: "/",
    title: company.name,
    content:
      paragraphs(
        `We make instruments that measure weather, water and ground. Since ${company.founded}, in ${company.town}.`,
        `Our catalogue has ${families.length} families of instruments.`,
      ) +
      linkList([
        ["/about", "About us"],
        ["/contact", "Contact"],
        ["/offices", "Offices"],
        ["/imprint", "Imprint"],
        ["/api/", "Readings for programs"],
      ]),
  },
  {
    path: "/about",
    title: "About us",
    content: paragraphs(
      "We began with barometers for fishing boats.",
      "Today thirty-six people build, sell and look after our instruments.",
      "Every instrument can be sent back for repair as long as it exists.",
    ),
  },
  {
    path: "/contact",
    title: "Contact",
    content: paragraphs(`Write to post@${company.domain} or call any extension of our staff.`),
  },
  { path: "/imprint", title: "Imprint", content: paragraphs(`${company.name}, 4 Mill Lane, ${company.town}.`) },
  {
    path: "/offices",
    title: "Offices",
    content: linkList(offices.map((town) => [`/offices/${town.toLowerCase().replace(" ", "-")}`, town])),
  },
  ...offices.map((town, at) => ({
    path: `/offices/${town.toLowerCase().replace(" ", "-")}`,
    title: `Our office in ${town}`,
    content: paragraphs(`Open from ${8 + (at % 2)} to 17 o'clock on weekdays.`, `Ask for extension ${200 + at}.`),
  })),
];
