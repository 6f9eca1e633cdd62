// What happens when something is dropped, chosen or pressed.

const offer = JSON.parse($("offer").textContent);
bounds.limit = offer.limit;
const desk = new Desk();
const checkers = new Checkers();
const found = new Map(); // path of a return -> what was found in it
let origin = null; // where the plan came from
let working = false;
let worked = 0; // how often something was done, well or not
let stop = null; // what Cancel does

const now = () => { const day = new Date(); return `${stampOf(day).slice(0, 10)}T${two(day.getHours())}:${two(day.getMinutes())}:${two(day.getSeconds())}`; };

desk.ready.then(() => { if (!working) said("Ready.", "ready"); update(); }, (error) => said(`This browser cannot run it (${error.message}). Open it in an ` +
  "Edge, Chrome or Firefox of the last two years; if it is one, show this line to IT support.", "wrong"));

// One thing at a time: what it does is said, what goes wrong too, and it can be stopped.
async function work(doing, job) {
  if (working) return;
  working = true;
  update();
  said(`${doing}…`, "busy");
  stop = () => desk.restart();
  try {
    said(await job() ?? "Done.", "ready");
  } catch (error) {
    const stopped = error instanceof Ended && error.message === STOPPED;
    const why = error instanceof Ended ? `Not done: the program that does it was started anew, as ${error.message}. The plan is as it was.` : error.message;
    said(stopped ? "Stopped. The plan is as it was." : why, stopped ? "ready" : "wrong");
    if (!stopped) outcome(`${doing}: not done`, h("p", {class: "wrong"}, why));
  } finally {
    working = false;
    worked++;
    $("progress").hidden = true;
    update();
  }
}

function progress(done, total, doing) {
  Object.assign($("progress"), {hidden: false, max: total || 1, value: done});
  said(`${doing}: ${done} of ${total}`, "busy");
}

function update() {
  $("main").setAttribute("aria-busy", String(working));
  $("main").dataset.worked = String(worked);
  $("cancel").hidden = !working;
  for (const action of offer.actions) {
    const button = $(`do-${action.name}`);
    if (button) button.disabled = working || !desk.plan || (action.returns && !desk.returns.size);
  }
  $("clear-returns").hidden = !desk.returns.size;
  $("clear-returns").disabled = working;
}

// --- the plan

async function openPlan({file}) {
  await work(`Opening ${file.name}`, async () => {
    const bytes = await bytesOf(file);
    const known = desk.plan && same(bytes, desk.plan.bytes) ? desk.plan.name : null;
    const opened = await desk.open(known ?? file.name, bytes);
    origin = new Origin(file, bytes);
    found.clear();
    checkers.warm();
    fill($("plan"),
      h("p", {}, h("strong", {}, opened.title)),
      h("p", {}, [file.name, opened.period && `open period ${opened.period}`, many(opened.leads.length, "lead")].filter(Boolean).join(", ")),
      opened.earlier ? h("p", {class: "wrong"}, "It is of an earlier version: press Upgrade before anything else that changes it.") : null);
    return `${file.name} is open.`;
  });
}

async function planIsAsRead() {
  if (!origin || !await origin.changed()) return true;
  await ask("The plan has changed", h("p", {}, `${origin.name} is no longer as it was read here: somebody has saved it since, or it was moved. ` +
    "Drop it here again, then press the button again. Nothing was changed."), "I see");
  return false;
}

// --- returns

const HIDDEN = /(^|\/)(\.|~\$|thumbs\.db$|desktop\.ini$)/i;

async function takeReturns(files) {
  const taken = files.filter(({path}) => !HIDDEN.test(path));
  await work("Reading what came back", async () => {
    for (const {path, file} of taken) {
      const bytes = await bytesOf(file);
      await desk.take(freePath(path, bytes), bytes);
      progress(desk.returns.size, taken.length, "Reading what came back");
    }
    showTaken();
    return `${many(desk.returns.size, "file")} to check.`;
  });
}

// Another file of the same name goes into a folder of its own; the same file again is one file.
function freePath(path, bytes) {
  let free = path;
  for (let number = 2; desk.returns.has(free) && !same(desk.returns.get(free), bytes); number++) free = `${number}/${path}`;
  return free;
}

function showTaken() {
  const paths = [...desk.returns.keys()];
  $("returns").replaceChildren(paths.length
    ? h("details", {}, h("summary", {}, many(paths.length, "file")), h("ul", {}, paths.map((path) => h("li", {}, path))))
    : h("p", {}, "Drop the returned trackers here, files or a whole folder, or choose them."));
}

// Every return goes to a checker, one by one; what is found is shown at once, what cannot be checked costs one finding.
async function checkReturns() {
  const {returns: paths, path} = await desk.ask({ask: "lend", now: now()});
  if (!paths.length) return;
  const known = await desk.get(path);
  let done = 0;
  let next = performance.now() + 1000; // when to show what was found so far: the longer that takes, the more seldom
  const show = (returned) => {
    found.set(returned.path, returned);
    progress(++done, paths.length, "Checking returns");
    const begun = performance.now();
    if (begun < next) return;
    showReturns([...found.values()]);
    next = performance.now() + Math.max(1000, 10 * (performance.now() - begun));
  };
  progress(0, paths.length, "Checking returns");
  const before = stop;
  stop = () => checkers.stop(); // the desk keeps what it has, so that the next time it goes on from there
  try {
    await checkers.check(paths, (one) => desk.returns.get(one), known,
      async (one, answer) => {
        await desk.put(`answers/${one}`, answer.answer);
        await desk.ask({ask: "take", path: one});
        show(answer.found);
      },
      async (one, why) => show((await desk.ask({ask: "lose", path: one, why: `checking it failed: ${why}`})).return));
  } finally {
    stop = before;
    showReturns([...found.values()]);
  }
}

// --- actions

async function run(action, given = {}) {
  if (action.writes && !$("by").value.trim()) {
    said("Enter your name first: it is recorded with every change.", "wrong");
    return $("by").focus();
  }
  await work(action.doing, async () => {
    if (action.writes && !await planIsAsRead()) return "Nothing was changed.";
    if (action.returns || (action.may && desk.returns.size)) await checkReturns();
    const answer = await desk.ask({ask: "run", action: action.name, asked: given, now: now(), by: $("by").value.trim()},
      (done, total) => progress(done, total, action.doing));
    if (action.returns) {
      for (const returned of answer.returns) found.set(returned.path, returned);
      showReturns([...found.values()]);
    }
    showAnswer(action, answer, given);
    return "Done.";
  });
}

function showAnswer(action, answer, given) {
  const asks = action.asks && given.dry_run;
  outcome(`${action.label}, ${stampOf(new Date()).slice(11, 13)}:${stampOf(new Date()).slice(13, 15)}`,
    answer.plan ? planMade(answer.plan) : null,
    answer.files ? h("p", {}, download(answer.files.name, answer.files.bytes), answer.files.count > 1 ? ` ${many(answer.files.count, "file")} in one zip` : "") : null,
    ...blocks(answer.told, action.label),
    asks ? h("p", {}, h("button", {type: "button", onclick: () => run(action, {...given, dry_run: false})}, `${action.label}: do it`)) : null);
}

function planMade(name) {
  const {bytes} = desk.plan;
  unsaved.add(name);
  const place = origin;
  return h("p", {class: "made"}, download(name, bytes, `Download the plan: ${name}`), " ",
    place && window.showDirectoryPicker ? h("button", {type: "button", onclick: () => intoFolder(place, name, bytes)}, "Write it into its folder…") : null,
    h("small", {}, place ? `It takes the place of ${place.name}: what you do next goes on from it.` : "What you do next goes on from it."));
}

async function intoFolder(place, name, bytes) {
  const folder = await window.showDirectoryPicker({mode: "readwrite"}).catch(() => null); // closed without a choice
  if (!folder) return;
  await work(`Writing ${place.name}`, async () => {
    const written = await writeInto(folder, place, bytes, (what) => ask("Write over the plan?", h("p", {}, what), "Write"));
    if (!written) return "Nothing was written.";
    unsaved.delete(name);
    Object.assign(place, {file: written.file, bytes});
    outcome(`${place.name} is written`, h("p", {}, `As it was before it lies in “${written.backup}”.`));
    return `${place.name} is written.`;
  });
}

async function press(action) {
  const given = action.fields.length ? await asked(action) : {};
  if (given) await run(action, action.asks ? {...given, dry_run: true} : given);
}

for (const [title, some] of [["With what came back", (action) => action.returns], ["With the plan", (action) => !action.returns]]) {
  const buttons = offer.actions.filter((action) => some(action) && action.name !== "new" && action.name !== "check").map((action) =>
    h("button", {type: "button", id: `do-${action.name}`, title: action.says, disabled: true, onclick: () => press(action)}, action.label));
  $("actions").append(h("fieldset", {}, h("legend", {}, title), ...buttons));
}

// --- a lead's tracker

async function checkTracker({file}) {
  await work(`Checking ${file.name}`, async () => {
    stop = () => checkers.stop();
    const told = await checkers.single("alone", {path: file.name, bytes: await bytesOf(file), now: now()}).catch((error) => {
      if (error instanceof Ended && error.message !== STOPPED) throw new Error(`${file.name} cannot be checked: ${error.message}.`);
      throw error;
    });
    if (told.error) throw new Error(told.error);
    $("checked").prepend(h("article", {class: "outcome"}, h("h3", {tabindex: "-1"}, file.name), ...blocks(told.told, file.name)));
    $("checked").querySelector("h3").focus();
    return "Done.";
  });
}

// --- what is dropped where, and the tabs

const TABS = ["month", "check", "new", "about"];

function go(tab) {
  for (const name of TABS) {
    $(name).hidden = name !== tab;
    if (name === tab) $(`tab-${name}`).setAttribute("aria-current", "page");
    else $(`tab-${name}`).removeAttribute("aria-current");
  }
}

const one = (use) => (files) => files.length && use(files[0]);

for (const tab of TABS) $(`tab-${tab}`).onclick = () => go(tab);
for (const [zone, input, use] of [["plan", "plan", one(openPlan)], ["returns", "returns", takeReturns], ["tracker", "tracker", one(checkTracker)],
  ["source", "source", one(lookAt)]]) {
  takesDrops($(`drop-${zone}`), use);
  $(`choose-${input}`).onchange = (event) => use(chosen(event.target));
}
$("choose-folder").onchange = (event) => takeReturns(chosen(event.target));
$("clear-returns").onclick = () => work("Taking away", async () => { await desk.clear(); found.clear(); showTaken(); showReturns([]); });
$("blank").onclick = () => { source = null; makePlan(); };
$("cancel").onclick = () => stop?.();

// Dropped beside the places for it, a file is looked at: a plan is opened, a tracker checked, a folder is one of returns.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  if (event.defaultPrevented) return;
  event.preventDefault();
  dropped(event.dataTransfer).then(sortOut, (error) => said(error.message, "wrong"));
});

async function sortOut(files) {
  const loose = files.filter(({inFolder}) => !inFolder);
  const returns = files.filter(({inFolder}) => inFolder);
  const plans = [];
  await work("Looking at what was dropped", async () => {
    stop = () => checkers.stop();
    for (const one of loose) {
      const kind = await checkers.single("look", {path: one.file.name, bytes: await bytesOf(one.file)}).catch(() => "other");
      (kind === "plan" ? plans : returns).push(one);
    }
  });
  if (plans.length) await openPlan(plans[0]);
  if (!plans.length && !desk.plan && returns.length === 1) { go("check"); return checkTracker(returns[0]); }
  if (returns.length) await takeReturns(returns);
}

update();
