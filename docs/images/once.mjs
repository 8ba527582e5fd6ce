// Makes an animated SVG of svg-term smaller and leaves what is seen as it is: frames that look the same
// stand once in it, and words of one line and colour are one text, whose length is given for fonts of another width.
import { readFileSync, writeFileSync } from "node:fs";

const file = process.argv[2];
let svg = readFileSync(file, "utf8").replaceAll("xlink:href", "href");

const firstAt = new Map();
const sameAs = new Map();
svg = svg.replace(/<svg(?: x="(\d+)")?>(.*?)<\/svg>/g, (frame, x = "0", content) => {
  const first = firstAt.get(content) ?? x;
  firstAt.set(content, first);
  sameAs.set(x, first);
  return first === x ? frame : "";
});

let before;
svg = svg.replace(/([\d.]+%|to)\{transform:translateX\((-?)(\d+)(?:px)?\)\}/g, (step, time, sign, x) => {
  const first = sameAs.get(x);
  if (first === undefined) throw new Error(`${file}: no frame is at ${x}`);
  if (first === before && time !== "to") return "";
  before = first;
  return first === "0" ? `${time}{transform:translateX(0)}` : `${time}{transform:translateX(-${first}px)}`;
});

const cell = 1.002;
const word = /<text(?: x="([\d.]+)")? y="([\d.]+)" class="(\w)">([^<]*)<\/text>/g;
svg = svg.replace(/(?:<text(?: x="[\d.]+")? y="[\d.]+" class="\w">[^<]*<\/text>){2,}/g, words => {
  const texts = [];
  for (const [, x = "0", y, look, text] of words.matchAll(word)) {
    const column = Math.round(x / cell);
    const last = texts.at(-1);
    const gap = last ? column - last.column - width(last.text) : -1;
    if (last?.y === y && last.look === look && gap >= 0) last.text += " ".repeat(gap) + text;
    else texts.push({ x, y, look, text, column });
  }
  return texts.map(({ x, y, look, text }) => {
    const length = text.includes(" ") ? ` textLength="${Number((width(text) * cell).toFixed(3))}"` : "";
    return `<text${x === "0" ? "" : ` x="${x}"`} y="${y}" class="${look}"${length}>${text}</text>`;
  }).join("");
});
writeFileSync(file, svg);

// In characters: what stands for one by a name is one.
function width(text) {
  return [...text.replace(/&[#\w]+;/g, "x")].length;
}
