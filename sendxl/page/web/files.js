// Files that people drop or choose, and the folder into which a changed plan may be written.

const bytesOf = async (file) => new Uint8Array(await file.arrayBuffer());
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

// What was dropped, folders and all below them: [{path, file, inFolder}]. A page that was opened from a folder gets at dropped
// files in every browser, at dropped folders in some by one way, in some by the other.
async function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file").map((item) => ({
    file: item.getAsFile(), entry: item.webkitGetAsEntry?.(), handle: item.getAsFileSystemHandle?.().catch(() => null),
  }));
  return (await Promise.all(items.map(async ({file, entry, handle}) => {
    if (!entry?.isDirectory) return [{path: file.name, file, inFolder: false}];
    try {
      return await (await handle ? inHandle(await handle, entry.name) : inEntry(entry));
    } catch {
      throw new Error(`This browser does not let the page look into the folder ${entry.name} that was dropped. Choose it with ` +
        "“Choose a folder…”, or drop the files in it.");
    }
  }))).flat();
}

async function inHandle(handle, path) {
  if (handle.kind === "file") return [{path, file: await handle.getFile(), inFolder: true}];
  const below = [];
  for await (const [name, one] of handle.entries()) below.push(inHandle(one, `${path}/${name}`));
  return (await Promise.all(below)).flat();
}

async function inEntry(entry) {
  const path = entry.fullPath.replace(/^\/+/, "");
  if (entry.isFile) return [{path, file: await new Promise((resolve, reject) => entry.file(resolve, reject)), inFolder: true}];
  const reader = entry.createReader();
  const below = [];
  for (;;) { // it hands out some at a time
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return (await Promise.all(below.map(inEntry))).flat();
    below.push(...some);
  }
}

const chosen = (input) => {
  const files = [...input.files].map((file) => ({path: file.webkitRelativePath || file.name, file, inFolder: Boolean(file.webkitRelativePath)}));
  input.value = ""; // so that the same file may be chosen again
  return files;
};

function takesDrops(zone, use) {
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    dropped(event.dataTransfer).then(use, (error) => said(error.message, "wrong"));
  });
}

// Where a plan came from: its file and what was read of it, so that a change on the disk is seen before a change is made here.
class Origin {
  constructor(file, bytes) {
    Object.assign(this, {file, bytes, name: file.name});
  }

  async changed() {
    try {
      return !same(await bytesOf(this.file), this.bytes);
    } catch { // browsers do not hand out a file that is no longer the one that was chosen
      return true;
    }
  }
}

const two = (number) => String(number).padStart(2, "0");
const stampOf = (day) => `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())} ` +
  `${two(day.getHours())}${two(day.getMinutes())}${two(day.getSeconds())}`;

// Writes a changed plan over the one in its folder, after a backup; what does not go is thrown in words. ``sure`` asks.
async function writeInto(folder, origin, bytes, sure) {
  const handle = await folder.getFileHandle(origin.name).catch(() => {
    throw new Error(`There is no ${origin.name} in the folder ${folder.name}. Choose the folder that the plan came from.`);
  });
  const there = await bytesOf(await handle.getFile());
  if (!same(there, origin.bytes)) {
    throw new Error(`${origin.name} in ${folder.name} is not as it was read here: somebody has changed it since. Nothing was ` +
      "written. Drop it here again, and do again what you did.");
  }
  if (await folder.getFileHandle(`~$${origin.name}`).then(() => true, () => false)) {
    throw new Error(`${origin.name} is open in Excel. Nothing was written. Close it there, then write again.`);
  }
  const [, stem, ending] = /^(.*?)(\.[^.]*)?$/.exec(origin.name);
  const backups = `${stem} backups`;
  const backup = `${stem} ${stampOf(new Date())}${ending ?? ""}`;
  if (!await sure(`${origin.name} in the folder ${folder.name} is written over. As it is now it is kept as “${backup}” in “${backups}”.`)) return null;
  await write(await (await folder.getDirectoryHandle(backups, {create: true})).getFileHandle(backup, {create: true}), there);
  await write(handle, bytes);
  if (!same(await bytesOf(await handle.getFile()), bytes)) {
    throw new Error(`${origin.name} could not be written whole. As it was it lies in “${backups}” as “${backup}”.`);
  }
  return {file: await handle.getFile(), backup: `${backups}/${backup}`};
}

async function write(handle, bytes) {
  const out = await handle.createWritable();
  await out.write(bytes);
  await out.close(); // only now it takes the place of what was there
}
