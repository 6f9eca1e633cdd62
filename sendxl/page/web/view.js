// What is shown. Whatever comes from a workbook is put in as text, never as HTML.

const $ = (id) => document.getElementById(id);

function h(name, props = {}, ...children) {
  const {class: className, ...rest} = props;
  const element = document.createElement(name);
  if (className) element.className = className;
  for (const [key, value] of Object.entries(rest)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== "string") element[key] = value;
    else if (value !== false && value !== null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...there(children));
  return element;
}

const there = (children) => children.flat().filter((child) => child !== null && child !== undefined && child !== "");
const fill = (element, ...children) => element.replaceChildren(...there(children));

const many = (count, one, more = `${one}s`) => `${count.toLocaleString("en-GB")} ${count === 1 ? one : more}`;
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

const SHORT = 16; // letters that are not broken over lines

// A table that scrolls by itself where there is no room for it, also by the keyboard.
function table(label, headers, rows, numbers = [], attributes = {}) {
  const kind = headers.map((_, at) => numbers.includes(at) ? "number" : rows.every((row) => String(row[at]).length <= SHORT) ? "short" : "");
  return h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": label},
    h("table", attributes,
      h("thead", {}, h("tr", {}, headers.map((header, at) => h("th", {scope: "col", class: kind[at]}, header)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, at) =>
        h("td", {class: kind[at], "data-header": headers[at]}, cell)))))));
}

// What a job told, lines and tables; of long tables the first rows, the others on request.
const FIRST = 12;
function blocks(told, label) {
  return told.filter((block) => block !== "").map((block) => {
    if (typeof block === "string") return h("p", {class: "line"}, block);
    const first = table(label, block.headers, block.rows.slice(0, FIRST), block.numbers);
    const left = block.rows.length - FIRST;
    if (left <= 0) return first;
    const more = h("button", {type: "button", class: "more", onclick: () => first.parentNode.replaceWith(table(label, block.headers, block.rows, block.numbers))},
      `Show ${many(left, "more row")}`);
    return h("div", {}, first, more);
  });
}

addEventListener("beforeprint", () => { // all is printed
  for (const more of document.querySelectorAll(".more")) more.click();
  for (const details of document.querySelectorAll(".return")) { details.fill(); details.open = true; }
});

const unsaved = new Set(); // plans that were made and not downloaded yet
addEventListener("beforeunload", (event) => { if (unsaved.size) event.preventDefault(); });

function download(name, bytes, says) {
  const url = URL.createObjectURL(new Blob([bytes], {type: "application/octet-stream"}));
  return h("a", {class: "button", href: url, download: name, onclick: () => unsaved.delete(name)}, says ?? `Download ${name}`);
}

// One outcome, put before the earlier ones, which are folded; none of them is ever taken away.
function outcome(title, ...children) {
  const head = h("summary", {}, h("h3", {}, title));
  for (const earlier of $("outcomes").children) earlier.open = false;
  $("results").hidden = false;
  $("outcomes").prepend(h("details", {class: "outcome", open: true}, head, ...children));
  head.focus();
}

function said(text, kind = "") {
  const status = $("status");
  status.textContent = text;
  status.className = kind;
}

function ask(title, body, yes = "Yes") {
  const dialog = $("ask");
  $("ask-title").textContent = title;
  $("ask-body").replaceChildren(...[body].flat());
  $("ask-yes").textContent = yes;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), {once: true}));
}

// A form for what an action may be given; the values that were entered, or null.
async function asked(action, now) {
  const inputs = action.fields.map((field) => [field, inputOf(field)]);
  const body = [h("p", {}, action.says), ...inputs.map(([field, input]) => field.kind === "flag"
    ? h("p", {class: "field"}, h("label", {}, input, ` ${field.label}`), hint(field))
    : h("p", {class: "field"}, h("label", {for: input.id}, field.label), input, hint(field)))];
  if (!await ask(action.label, body, action.label)) return null;
  return Object.fromEntries(inputs.map(([field, input]) => [field.to, field.kind === "flag" ? input.checked : input.value.trim()]));
}

const hint = (field) => field.says ? h("small", {id: `help-${field.to}`}, field.says) : null;

function inputOf(field) {
  const type = {flag: "checkbox", date: "date", number: "number"}[field.kind] ?? "text";
  return h("input", {id: `field-${field.to}`, type, value: field.default === null ? "" : String(field.default), required: field.required,
    ...(field.says ? {"aria-describedby": `help-${field.to}`} : {}),
    ...(field.least === null ? {} : {min: String(field.least)}), ...(field.most === null ? {} : {max: String(field.most)})});
}

// --- returns and their findings

const SEVERITIES = ["reject", "error", "query", "note"];
const TO_DO = {reject: "Reject", error: "Error", query: "Query", note: "Note"};
const counts = (returned) => SEVERITIES.map((severity) => returned.findings.filter((finding) => finding.severity === severity).length);
const URGENT = ["rejected", "held", "accepted"];
const urgency = (returned) => URGENT.indexOf(returned.kind) + (URGENT.includes(returned.kind) ? 1 : URGENT.length + 1);

function showReturns(returns) {
  const ordered = [...returns].sort((one, other) => urgency(one) - urgency(other) || one.path.localeCompare(other.path));
  $("found").hidden = !ordered.length;
  const rows = ordered.map((returned) => [returned.file, returned.lead, capital(returned.outcome), String(returned.changes),
    ...counts(returned).map((count) => count ? String(count) : ""), returned.not_checked ? String(returned.not_checked) : ""]);
  $("table").replaceChildren(table("Returns", ["Return", "Lead", "Outcome", "Changes", ...SEVERITIES.map(capital), "Not checked"], rows,
    [3, 4, 5, 6, 7, 8], {id: "of-returns"}));
  const findings = ordered.flatMap((returned) => returned.findings.map((finding) => ({...finding, returned})));
  choices("filter-lead", findings.map(({returned}) => returned.lead));
  choices("filter-severity", findings.map(({severity}) => severity), SEVERITIES);
  choices("filter-code", findings.map(({code}) => code));
  const show = () => showFindings(ordered);
  for (const id of ["filter-lead", "filter-severity", "filter-code"]) $(id).onchange = show;
  show();
}

function choices(id, values, order = null) {
  const select = $(id);
  const before = select.value;
  const there = [...new Set(values)].filter(Boolean);
  if (order) there.sort((one, other) => order.indexOf(one) - order.indexOf(other));
  else there.sort((one, other) => one.localeCompare(other));
  select.replaceChildren(h("option", {value: ""}, "all"), ...there.map((value) => h("option", {value}, order ? capital(value) : value)));
  select.value = there.includes(before) ? before : "";
}

function showFindings(returns) {
  const [lead, severity, code] = ["lead", "severity", "code"].map((name) => $(`filter-${name}`).value);
  let shown = 0;
  const parts = [];
  for (const returned of returns) {
    const some = lead && returned.lead !== lead ? [] : returned.findings.filter((finding) =>
      (!severity || finding.severity === severity) && (!code || finding.code === code));
    shown += some.length;
    if (some.length) parts.push(findingsOf(returned, some, parts.length < OPEN));
  }
  $("findings").replaceChildren(...parts);
  $("shown").textContent = `${many(shown, "finding")} shown.`;
}

// The findings of one return; those of many are put there when it is unfolded, as thousands of rows take their time.
const OPEN = 20;

function findingsOf(returned, some, open) {
  const details = h("details", {class: "return"}, h("summary", {}, h("strong", {}, returned.file),
    ` ${[returned.lead, capital(returned.outcome)].filter(Boolean).join(", ")}: ${many(some.length, "finding")}`));
  details.fill = () => {
    if (details.children.length > 1) return;
    details.append(table(`Findings in ${returned.file}`, ["Severity", "Code", "Where", "Found", "What to do"], some.map((finding) => [
      h("span", {class: `severity ${finding.severity}`}, TO_DO[finding.severity]), finding.code,
      [[finding.sheet, finding.cell].filter(Boolean).join("!"), finding.ref, finding.column].filter(Boolean).join("\n"),
      finding.found, finding.message + (finding.explanation ? `\nExplained: ${finding.explanation}` : "") +
        (finding.decision ? `\nSettled: ${finding.decision}` : "")])));
  };
  details.addEventListener("toggle", () => details.open && details.fill());
  if (open) details.fill();
  details.open = open;
  return details;
}
