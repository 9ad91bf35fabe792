// Runs a Python file in Pyodide with our wheel and the tests beside it.
// node pyodide.mjs PYODIDE WHEEL TESTS GIVEN FILE: GIVEN is the one folder that is shared both ways.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, wheel, tests, given, file] = process.argv.slice(2);

async function run() {
  const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")));
  const python = await loadPyodide({ indexURL: pyodide });
  python.unpackArchive(new Uint8Array(readFileSync(wheel)), "wheel");
  for (const [folder, root] of [["/project/tests", tests], ["/given", given]]) {
    python.FS.mkdirTree(folder);
    python.FS.mount(python.FS.filesystems.NODEFS, { root }, folder);
  }
  python.runPython("import sys; sys.path += ['/project', '/given/site']");
  python.runPython(readFileSync(file, "utf8"));
}

run().catch((error) => {
  console.error(error.message ?? error); // thrown, node would print all of Pyodide's code before it
  process.exit(1);
});
