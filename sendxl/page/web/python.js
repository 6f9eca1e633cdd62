// Python in workers: the desk, which has the plan, and checkers, each of which is at one return at a time.

const MEGABYTE = 1 << 20;
const bounds = {
  limit: 60, // seconds for one return, as the command line has it
  boot: 120, // seconds to start
  most: 1536 * MEGABYTE, // of memory for one worker
  large: 512 * MEGABYTE, // a worker that has grown so far is ended after its return, as its memory never shrinks
  few: 20, // returns; a further checker pays beyond
  checkers: Math.max(1, Math.min(4, (navigator.hardwareConcurrency || 2) - 1)),
};

const STOPPED = "it was stopped";
class Ended extends Error {}

let unpacked; // the parts of Python, once they are
let workerUrl;

async function partsOf() {
  unpacked ??= Promise.all([...document.querySelectorAll('script[id^="part-"]')].map(async (block) => {
    const packed = Uint8Array.from(atob(block.textContent), (letter) => letter.charCodeAt(0));
    block.remove();
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return [block.id.slice("part-".length), new Uint8Array(await new Response(stream).arrayBuffer())];
  })).then(Object.fromEntries);
  return unpacked;
}

class Python {
  constructor(as) {
    this.calls = new Map();
    this.number = 0;
    try {
      workerUrl ??= URL.createObjectURL(new Blob([document.getElementById("worker").textContent], {type: "text/javascript"}));
      this.worker = new Worker(workerUrl);
    } catch (error) { // which some policies forbid
      this.why = error.message;
      this.started = Promise.reject(new Ended(this.why));
      this.started.catch(() => {});
      return;
    }
    this.worker.onerror = (event) => this.end(event.message || "it ended of itself");
    this.worker.onmessage = ({data}) => this.answered(data);
    this.started = partsOf().then((parts) => this.call("start", {parts, as, most: bounds.most}, {limit: bounds.boot}));
    this.started.catch(() => {}); // told to whoever calls next
  }

  call(call, args = {}, {limit = 0, progress = null} = {}) {
    if (this.why) return Promise.reject(new Ended(this.why));
    return new Promise((resolve, reject) => {
      const id = ++this.number;
      const timer = limit && setTimeout(() => this.end(`it took longer than ${limit} seconds`), limit * 1000);
      this.calls.set(id, {resolve, reject, progress, timer});
      this.worker.postMessage({id, call, args});
    });
  }

  answered({id, value, error, done, total}) {
    const call = this.calls.get(id);
    if (!call) return;
    if (total !== undefined) return call.progress?.(done, total);
    clearTimeout(call.timer);
    this.calls.delete(id);
    if (error === undefined) call.resolve(value);
    else call.reject(new Error(error));
  }

  end(why) {
    if (this.why) return;
    this.why = why;
    this.worker.terminate();
    for (const call of this.calls.values()) {
      clearTimeout(call.timer);
      call.reject(new Ended(why));
    }
    this.calls.clear();
  }
}

// The desk and the files that lie on it, which outlive it: one that is ended is set up anew where it stood.
class Desk {
  constructor() {
    this.plan = null; // {name, bytes}
    this.returns = new Map(); // path -> bytes
    this.python = new Python("desk");
    this.ready = this.python.started;
  }

  async ask(question, progress) {
    await this.ready;
    const python = this.python;
    let answer;
    try {
      answer = await python.call("ask", {question}, {progress});
    } catch (error) { // what goes wrong in a job is an answer: this is the end of the program that does it
      if (this.python === python) this.restart("it came to an end");
      throw error instanceof Ended ? error : new Ended("it came to an end");
    }
    if (answer.error) throw new Error(answer.error);
    if (answer.plan) this.plan = {name: answer.plan, bytes: await this.get(`plan/${answer.plan}`)};
    if (answer.files) answer.files.bytes = await this.get(answer.files.path);
    return answer;
  }

  async put(path, bytes) {
    await this.ready;
    await this.python.call("put", {path, bytes});
  }

  get(path) {
    return this.python.call("get", {path});
  }

  async open(name, bytes) {
    await this.ready;
    const before = this.plan;
    if (before) await this.python.call("remove", {path: `plan/${before.name}`});
    await this.put(`plan/${name}`, bytes);
    try {
      const opened = await this.ask({ask: "open"});
      this.plan = {name, bytes};
      return opened;
    } catch (error) {
      await this.ready;
      await this.python.call("remove", {path: `plan/${name}`});
      if (before) await this.put(`plan/${before.name}`, before.bytes);
      throw error;
    }
  }

  async take(path, bytes) {
    this.returns.set(path, bytes);
    await this.put(`returns/${path}`, bytes);
  }

  async clear() {
    for (const path of this.returns.keys()) await this.python.call("remove", {path: `returns/${path}`});
    this.returns.clear();
  }

  restart(why = STOPPED) {
    this.python.end(why);
    this.python = new Python("desk");
    this.ready = this.python.started.then(async () => {
      if (this.plan) await this.python.call("put", {path: `plan/${this.plan.name}`, bytes: this.plan.bytes});
      for (const [path, bytes] of this.returns) await this.python.call("put", {path: `returns/${path}`, bytes});
    });
    this.ready.catch(() => {});
  }
}

// Checkers: each takes the next return when it is done with one; one that is ended costs the return that it was at.
class Checkers {
  constructor() {
    this.idle = [];
    this.busy = new Set();
  }

  async one() {
    const python = this.idle.pop() ?? new Python("checker");
    this.busy.add(python);
    await python.started;
    return python;
  }

  // Starts one before it is needed, as that takes some seconds.
  warm() {
    if (!this.idle.length && !this.busy.size) this.idle.push(new Python("checker"));
  }

  free(python) {
    this.busy.delete(python);
    if (!python.why) this.idle.push(python);
  }

  // found(path, {found, answer}) and lost(path, why) are awaited in turn.
  async check(paths, bytesOf, known, found, lost) {
    const waiting = [...paths];
    const wanted = paths.length > bounds.few ? Math.min(bounds.checkers, paths.length) : Math.min(1, paths.length);
    await Promise.all(Array.from({length: wanted}, async () => {
      let python = await this.one();
      await python.call("learn", {bytes: known});
      try {
        while (waiting.length) {
          const path = waiting.shift();
          try {
            const answer = await python.call("check", {path, bytes: bytesOf(path)}, {limit: bounds.limit});
            await found(path, answer);
            if (answer.memory > bounds.large) python.end("it had grown large");
          } catch (error) {
            if (python.why === STOPPED) throw error;
            await lost(path, python.why ?? "it ended the program that checked it");
            python.end("after a return that it could not check");
          }
          if (python.why && waiting.length) {
            this.busy.delete(python);
            python = await this.one();
            await python.call("learn", {bytes: known});
          }
        }
      } finally {
        this.free(python);
      }
    }));
  }

  // A call of a single file, under the same bounds.
  async single(call, args) {
    const python = await this.one();
    try {
      return await python.call(call, args, {limit: bounds.limit});
    } finally {
      this.free(python);
    }
  }

  stop() {
    for (const python of this.busy) python.end(STOPPED);
  }
}

