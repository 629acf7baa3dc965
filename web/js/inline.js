// The inline half of the Markdown renderer: code, bold, italic, struck-out words, escapes and line breaks inside one block.
//
// Links, images and HTML are deliberately left as the text they are: an answer may come from a language model, and nothing
// it writes should be able to take the reader elsewhere.

import { element } from "./dom.js";

const MAX_DEPTH = 6;
const TAGS = { "***": ["strong", "em"], "**": ["strong"], __: ["strong"], "*": ["em"], _: ["em"], "~~": ["s"] };
// Every alternative is bounded by one character class, so matching stays linear in the length of the text.
const TOKEN = /\\([\\`*_~{}[\]()#+\-.!|>])|(`+)|(\*{1,3}|_{1,2}|~~)|( {2,}\n|\\\n)|(\n)/g;

/**
 * Return the nodes for one block's text.
 *
 * @param {string} source
 * @returns {(Node|string)[]}
 */
export function inlineNodes(source, depth = 0) {
  const text = source.replace(/ {3,}/g, "  ");
  const reading = { text, depth, unclosed: new Set() };
  const nodes = [];
  let at = 0;
  const token = new RegExp(TOKEN);
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    nodes.push(text.slice(at, match.index));
    const span = spanAt(reading, match);
    nodes.push(span.node);
    at = span.end;
    token.lastIndex = at;
  }
  nodes.push(text.slice(at));
  return nodes.filter((node) => node !== "");
}

// What one token begins, an element or only text, and where reading goes on.
function spanAt(reading, match) {
  const [whole, escaped, ticks, marks, hardBreak] = match;
  const end = match.index + whole.length;
  if (escaped) return { node: escaped, end };
  if (ticks) return codeSpan(reading, ticks, end);
  if (marks) return emphasis(reading, marks, match.index);
  return { node: hardBreak ? element("br") : " ", end };
}

function codeSpan(reading, ticks, after) {
  const close = search(reading, ticks, () => closingTicks(reading.text, ticks.length, after));
  if (close < 0) return { node: ticks, end: after };
  const inside = reading.text.slice(after, close).replaceAll("\n", " ");
  const padded = inside.startsWith(" ") && inside.endsWith(" ") && inside.trim() !== "";
  return { node: element("code", {}, padded ? inside.slice(1, -1) : inside), end: close + ticks.length };
}

// A mark that nothing closes from here is closed by nothing later either: remembering that keeps long answers linear.
function search({ unclosed }, marks, find) {
  if (unclosed.has(marks)) return -1;
  const close = find();
  if (close < 0) unclosed.add(marks);
  return close;
}

function closingTicks(text, length, from) {
  const run = /`+/g;
  run.lastIndex = from;
  for (let match = run.exec(text); match !== null; match = run.exec(text)) {
    if (match[0].length === length) return match.index;
  }
  return -1;
}

function emphasis(reading, marks, start) {
  const { text, depth } = reading;
  const after = start + marks.length;
  if (depth >= MAX_DEPTH || !canOpen(text, marks, start)) return { node: marks, end: after };
  const close = search(reading, marks, () => closingMarks(text, marks, after));
  if (close < 0) return { node: marks, end: after };
  const inner = inlineNodes(text.slice(after, close), depth + 1);
  const [node] = TAGS[marks].reduceRight((children, tag) => [element(tag, {}, children)], inner);
  return { node, end: close + marks.length };
}

function canOpen(text, marks, start) {
  if (/\s/.test(text[start + marks.length] ?? " ")) return false;
  // snake_case is one word, not emphasis.
  return marks[0] !== "_" || !/\w/.test(text[start - 1] ?? " ");
}

function closingMarks(text, marks, from) {
  for (let at = text.indexOf(marks, from + 1); at >= 0; at = text.indexOf(marks, at + 1)) {
    if (canClose(text, marks, at)) return at;
  }
  return -1;
}

function canClose(text, marks, at) {
  const before = text[at - 1];
  const next = text[at + marks.length] ?? " ";
  if (before === marks[0] || next === marks[0] || before === "\\" || /\s/.test(before)) return false;
  return marks[0] !== "_" || !/\w/.test(next);
}
