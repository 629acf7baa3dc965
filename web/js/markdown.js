// Renders the Markdown of an answer as DOM nodes: headings, paragraphs, lists, tables, code, quotes, rules.
//
// It builds nodes from text and never reads markup, so an answer cannot carry a script, a style or a link. What it does not
// know stays visible as text.

import { element } from "./dom.js";
import { inlineNodes } from "./inline.js";

const MAX_DEPTH = 8;
const FENCE = /^ {0,3}(`{3,}|~{3,})[^`]*$/;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const RULE = /^ {0,3}([-*_])[ \t]*(\1[ \t]*){2,}$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])(?: +|$)/;
const DIVIDER = /^\|?(?: *:?-+:? *\|)+(?: *:?-+:?)?$/;

/**
 * Return Markdown as a fragment, ready to be put into the page.
 *
 * @param {string} source
 * @param {number} [firstHeading=3] - The level that `#` gets, so that an answer's headings nest below the page's.
 * @returns {DocumentFragment}
 */
export function renderMarkdown(source, firstHeading = 3) {
  const fragment = document.createDocumentFragment();
  const lines = source.replace(/\r\n?/g, "\n").replaceAll("\t", "    ").split("\n");
  for (const node of blocks(lines, { depth: 0, firstHeading })) fragment.append(node);
  return fragment;
}

const READERS = [readFence, readHeading, readRule, readTable, readQuote, readList];

function blocks(lines, context) {
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at].trim() === "") {
      at += 1;
      continue;
    }
    const read = readBlock(lines, at, context);
    nodes.push(read.node);
    at = read.next;
  }
  return nodes;
}

function readBlock(lines, at, context) {
  for (const reader of READERS) {
    const read = reader(lines, at, context);
    if (read) return read;
  }
  return readParagraph(lines, at, context);
}

function readFence(lines, at) {
  const open = FENCE.exec(lines[at]);
  if (!open) return null;
  let end = at + 1;
  while (end < lines.length && !closes(lines[end].trim(), open[1])) end += 1;
  const code = lines.slice(at + 1, end).join("\n");
  return { node: element("pre", { tabindex: "0" }, element("code", {}, code)), next: end + 1 };
}

function closes(line, fence) {
  return line.length >= fence.length && line === fence[0].repeat(line.length);
}

function readHeading(lines, at, { firstHeading }) {
  const match = HEADING.exec(lines[at]);
  if (!match) return null;
  const level = Math.min(6, firstHeading - 1 + match[1].length);
  const words = match[2].trim().replace(/ #+$/, "");
  return { node: element(`h${level}`, {}, inlineNodes(words)), next: at + 1 };
}

function readRule(lines, at) {
  return RULE.test(lines[at]) ? { node: element("hr"), next: at + 1 } : null;
}

function readQuote(lines, at, context) {
  if (!QUOTE.test(lines[at]) || context.depth >= MAX_DEPTH) return null;
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return { node: element("blockquote", {}, blocks(inner, deeper(context))), next: end };
}

function readTable(lines, at) {
  if (!startsTable(lines, at)) return null;
  const names = cells(lines[at]);
  const aligns = cells(lines[at + 1]).map(alignment);
  if (aligns.length !== names.length) return null;
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|") && lines[end].trim() !== "") end += 1;
  const rows = lines.slice(at + 2, end).map((line) => cells(line));
  return { node: table(names, aligns, rows), next: end };
}

function startsTable(lines, at) {
  return lines[at].includes("|") && DIVIDER.test((lines[at + 1] ?? "").trim());
}

function table(names, aligns, rows) {
  const cell = (tag, text, column) =>
    element(tag, { class: aligns[column], scope: tag === "th" ? "col" : null }, inlineNodes(text));
  const head = element("tr", {}, names.map((name, column) => cell("th", name, column)));
  const body = rows.map((row) => element("tr", {}, names.map((_, column) => cell("td", row[column] ?? "", column))));
  const grid = element("table", {}, element("thead", {}, head), element("tbody", {}, body));
  return element("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Table" }, grid);
}

// Splits at bars, except escaped ones (\|).
function cells(line) {
  const bare = line.trim().replace(/^\|/, "").replace(/([^\\]|^)\|$/, "$1");
  return bare.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function alignment(divider) {
  if (!divider.endsWith(":")) return null;
  return divider.startsWith(":") ? "middle" : "end";
}

function readList(lines, at, context) {
  const first = ITEM.exec(lines[at]);
  if (!first || context.depth >= MAX_DEPTH || isSentence(lines, at)) return null;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let next = at;
  while (next < lines.length && continuesList(lines[next], ordered)) {
    const item = readItem(lines, next, context);
    items.push(item.node);
    next = item.next;
  }
  const start = ordered && Number.parseInt(first[2], 10) !== 1 ? String(Number.parseInt(first[2], 10)) : null;
  return { node: element(ordered ? "ol" : "ul", { start }, items), next };
}

function continuesList(line, ordered) {
  const item = ITEM.exec(line);
  return item !== null && /\d/.test(item[2]) === ordered && !RULE.test(line);
}

// "15. A 5th level fighter has ..." is an answer with its number first, and no list: numbered lists have two items at least.
function isSentence(lines, at) {
  const [, indent, marker] = ITEM.exec(lines[at]);
  return /\d/.test(marker) && !continuesList(lines[itemEnd(lines, at, indent.length)] ?? "", true);
}

// An item owns the lines that follow it deeper than its marker, and blank lines between them.
function readItem(lines, at, context) {
  const [whole, indent] = ITEM.exec(lines[at]);
  const next = itemEnd(lines, at, indent.length);
  const rest = lines.slice(at + 1, next).map((line) => line.slice(Math.min(whole.length, leading(line))));
  return { node: element("li", {}, tight(blocks([lines[at].slice(whole.length), ...rest], deeper(context)))), next };
}

// Where the next item begins, or whatever follows the list.
function itemEnd(lines, at, indent) {
  let end = at + 1;
  while (end < lines.length && belongs(lines, end, indent)) end += 1;
  // A blank line between two items separates nothing.
  while (end < lines.length && lines[end].trim() === "" && ITEM.test(lines[end + 1] ?? "")) end += 1;
  return end;
}

function belongs(lines, at, indent) {
  if (lines[at].trim() !== "") return leading(lines[at]) > indent;
  return (lines[at + 1] ?? "").trim() !== "" && leading(lines[at + 1]) > indent;
}

// The usual item is one line: its words stand in the item itself, without a paragraph around them.
function tight(nodes) {
  return nodes.length > 0 && nodes[0].tagName === "P" ? [...nodes[0].childNodes, ...nodes.slice(1)] : nodes;
}

function readParagraph(lines, at, context) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() !== "" && !startsBlock(lines, end, context)) end += 1;
  const words = lines.slice(at, end).map((line) => line.trimStart()).join("\n");
  return { node: element("p", {}, inlineNodes(words)), next: end };
}

function startsBlock(lines, at, { depth }) {
  const line = lines[at];
  if (FENCE.test(line) || HEADING.test(line) || RULE.test(line) || startsTable(lines, at)) return true;
  return depth < MAX_DEPTH && (QUOTE.test(line) || (ITEM.test(line) && !isSentence(lines, at)));
}

function leading(line) {
  return line.length - line.trimStart().length;
}

function deeper(context) {
  return { ...context, depth: context.depth + 1 };
}
