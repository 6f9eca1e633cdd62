// Drives the page in Firefox over WebDriver BiDi: node firefox.mjs PAGE MASTER RETURNS DAY. Prints, as JSON, what it saw.
// What the browser itself would ask with, to choose a file or a folder, is stubbed.
import fs from "node:fs";
import path from "node:path";
import {pathToFileURL} from "node:url";
import puppeteer from "puppeteer-core";

const [page, master, returns, day] = process.argv.slice(2);
const browser = await puppeteer.launch({browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true});
const seen = {errors: []};
try {
  const tab = await browser.newPage();
  tab.on("pageerror", (error) => seen.errors.push(String(error)));
  tab.on("console", (message) => { if (message.type() === "error") seen.errors.push(message.text()); });
  await tab.evaluateOnNewDocument((at) => {
    const Real = Date;
    globalThis.Date = class extends Real { constructor(...given) { super(...(given.length ? given : [at])); } };
  }, day);
  await tab.goto(pathToFileURL(page).href);
  const status = (kind = ".ready") => tab.waitForSelector(`#main[aria-busy="false"], #status${kind}`, {timeout: 120000})
    .then(() => tab.waitForSelector(`#status${kind}`, {timeout: 120000}));
  const choose = async (id, ...files) => {
    const input = await tab.$(id);
    await input.uploadFile(...files);
    await tab.waitForSelector("#status.ready", {timeout: 120000});
  };
  const press = async (name) => {
    await tab.click(`#do-${name}`);
    await tab.waitForSelector('#main[aria-busy="true"]', {timeout: 5000}).catch(() => {});
    await tab.waitForSelector('#main[aria-busy="false"]', {timeout: 120000});
  };
  await status();
  await choose("#choose-plan", master);
  await choose("#choose-returns", ...fs.readdirSync(returns).map((name) => path.join(returns, name)));
  await press("validate");
  const cells = (id) => tab.$$eval(`${id} tbody tr`, (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
  seen.returns = await cells("#of-returns");
  seen.findings = await cells("#findings");
  await tab.type("#by", "An officer");
  await press("stamp");
  seen.told = await tab.$$eval("#outcomes details:first-child .line", (lines) => lines.map((line) => line.textContent));
  seen.files = await tab.$$eval("#outcomes details:first-child a[download]", (links) => links.map((link) => link.download));
  seen.intoFolder = await tab.$$eval("#outcomes details:first-child button", (buttons) => buttons.map((button) => button.textContent));
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
