"use strict";
// Runs Python in a thread of its own, so that the page stays alive. It answers one call after the other; what it is given are
// files of the page, which it keeps in its own memory. It is a classic worker, as a page opened from a folder can have no other.

const DESK = "/desk";
const NOWHERE = "https://nowhere.invalid/"; // an address that Pyodide wants to see; nothing is ever loaded from it
let python, desk, checker, telling;

const textOf = (bytes) => new TextDecoder().decode(bytes);
const scriptOf = (text) => URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
const folderOf = (path) => path.slice(0, path.lastIndexOf("/"));

function keepWithin(most) {
  const grow = WebAssembly.Memory.prototype.grow;
  WebAssembly.Memory.prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * 65536 > most) throw new RangeError("more memory than this may take");
    return grow.call(this, pages);
  };
}

function seen(path, bytes, use) {
  calls.put({path: `seen/${path}`, bytes});
  try {
    return use();
  } finally {
    calls.remove({path: `seen/${path}`});
  }
}

const calls = {
  async start({parts, as, most}) {
    keepWithin(most);
    self.fetch = async (url) => {
      const name = String(url).split("/").pop();
      if (name === "pyodide.asm.wasm") return new Response(parts.wasm, {headers: {"Content-Type": "application/wasm"}});
      if (name === "python_stdlib.zip") return new Response(parts.stdlib);
      throw new Error(`nothing is loaded from anywhere: ${url}`);
    };
    // All in one script: Pyodide takes a worker that can import further ones for one without what it needs. Its module endings
    // are taken off, as a classic worker knows none.
    importScripts(scriptOf([
      "self.importScripts = () => { throw new Error('nothing is loaded from anywhere'); };",
      textOf(parts.asm).replaceAll("import.meta.url", JSON.stringify(`${NOWHERE}pyodide.asm.mjs`))
        .replace(/export default _createPyodideModule;\s*$/, "self.createPyodideModule = _createPyodideModule;"),
      textOf(parts.loader),
    ].join("\n")));
    python = await loadPyodide({
      indexURL: NOWHERE, createPyodideModule: self.createPyodideModule, lockFileContents: JSON.parse(textOf(parts.lock)),
    });
    python.unpackArchive(parts.site, "zip", {extractDir: "/site"});
    python.globals.set("folder", DESK);
    python.runPython(`
      import sys
      sys.path.insert(0, "/site")
    `);
    if (as === "desk") desk = python.runPython("from sendxl.page.desk import Desk\nDesk(folder)");
    else checker = python.runPython("from sendxl.page.checker import Checker\nChecker(folder)");
  },
  ask({question}) {
    return JSON.parse(desk.ask(JSON.stringify(question), telling));
  },
  put({path, bytes}) {
    python.FS.mkdirTree(folderOf(`${DESK}/${path}`));
    python.FS.writeFile(`${DESK}/${path}`, bytes);
  },
  get({path}) {
    return python.FS.readFile(path.startsWith("/") ? path : `${DESK}/${path}`);
  },
  remove({path}) {
    const whole = `${DESK}/${path}`;
    if (python.FS.analyzePath(whole).exists) python.FS.unlink(whole);
  },
  learn({bytes}) {
    python.FS.writeFile("/known", bytes);
    python.globals.set("checker", checker);
    python.runPython("checker.learn(open('/known', 'rb').read())");
  },
  check({path, bytes}) {
    calls.put({path: `returns/${path}`, bytes});
    const found = JSON.parse(checker.check(path));
    const answer = calls.get({path: `answers/${path}`});
    for (const part of ["returns", "answers"]) calls.remove({path: `${part}/${path}`});
    return {found, answer, memory: python._module.HEAPU8.length};
  },
  look({path, bytes}) {
    return seen(path, bytes, () => checker.look(path));
  },
  alone({path, bytes, now}) {
    return JSON.parse(seen(path, bytes, () => checker.alone(path, now)));
  },
};

self.onmessage = async ({data: {id, call, args}}) => {
  telling = (done, total) => self.postMessage({id, done, total});
  try {
    self.postMessage({id, value: await calls[call](args)});
  } catch (error) {
    self.postMessage({id, error: String(error?.message ?? error)});
  }
};
