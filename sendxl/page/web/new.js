// A new plan: how a published one is read, what is chosen instead, and the master that is made of it.

let source = null;

async function lookAt({file}) {
  await work(`Reading ${file.name}`, async () => {
    source = file.name;
    await desk.put(`source/${source}`, await bytesOf(file));
    const looked = await desk.ask({ask: "look", source, ...first()});
    fill($("form"), h("section", {}, h("h2", {tabindex: "-1"}, `How ${source} is read`), ...blocks(looked.told, source),
      h("p", {}, "Where something is read wrongly, choose what it is. Then make the plan."),
      ...looked.form.map(formOf),
      h("p", {}, h("button", {type: "button", class: "main", onclick: () => makePlan()}, "Make the plan"))));
    $("form").querySelector("h2").focus();
    return `${source} is read.`;
  });
}

const first = () => ({starts: $("starts").value, first_year: $("first-year").value.trim()});

function formOf(part) {
  const at = part.headers.indexOf(part.choice);
  const rows = part.rows.map((row, number) => row.map((cell, place) => place === at ? choiceOf(part, number, cell) : cell));
  const body = [h("p", {}, part.says), table(part.title, part.headers, rows)];
  return part.rows.length ? h("details", {open: at >= 0}, h("summary", {}, h("strong", {}, part.title), ` ${many(part.rows.length, "row")}`), ...body) : null;
}

function choiceOf(part, number, held) {
  const props = {"data-table": part.name, "data-key": part.keys[number], "aria-label": `${part.choice}: ${part.rows[number][0]} ${part.rows[number][2]}`};
  if (!part.words.length) return h("input", {type: "text", value: held, ...props});
  return h("select", props, h("option", {value: ""}, "as it is read"), ...part.words.map((word) => h("option", {value: word, selected: word === held}, word)));
}

async function makePlan() {
  const choices = {};
  for (const input of $("form").querySelectorAll("[data-table]")) {
    if (input.value) (choices[input.dataset.table] ??= {})[input.dataset.key] = input.value;
  }
  await work("Making the plan", async () => {
    const name = `${$("new-name").value.trim().replace(/[\\/:*?"<>|]/g, " ").trim() || "Delivery plan"}.xlsx`;
    const answer = await desk.ask({ask: "make", source: source ?? "", name, choices, ...first()});
    origin = null;
    found.clear();
    const opened = await desk.ask({ask: "open"});
    $("plan").replaceChildren(h("p", {}, h("strong", {}, opened.title)), h("p", {}, name));
    go("month");
    showAnswer({label: "New plan", asks: false}, answer, {});
    return `${name} is made. Download it.`;
  });
}
