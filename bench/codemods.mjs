/**
 * Runs the migration guides on a folder of checkouts and prints what became of each repository.
 * The checkouts are not changed: each is copied first.
 *
 *   npm run build && node bench/codemods.mjs <folder of checkouts> [--json]
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { scanBackend, planLift, planConvert, applyPlan } = require('../dist/migration-guides');
const ts = require('typescript');

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node bench/codemods.mjs <folder of checkouts> [--json]');
  process.exit(2);
}

const rows = [];
for (const name of readdirSync(folder).sort()) rows.push(await measure(name));
if (flags.includes('--json')) console.log(JSON.stringify(rows, undefined, 2));
else print(rows);

/** What the guides make of one repository. */
async function measure(name) {
  const copy = mkdtempSync(join(tmpdir(), 'forklift-codemods-'));
  const row = { name, mounts: 0, lifted: 0, manual: [], stock: [0, 0], own: [0, 0], wrong: [] };
  try {
    cpSync(join(folder, name), copy, { recursive: true, filter: notInstalled });
    const started = performance.now();
    const before = await scanBackend(copy);
    row.scan = performance.now() - started;
    row.mounts = before.plugins.length + before.rootRouters.length;
    if (before.state !== 'legacy') return { ...row, mounts: 0, note: `is ${before.state}` };
    const names = unknownNames(copy, before.index);
    const lifting = performance.now();
    const plan = await planLift(copy);
    row.lift = performance.now() - lifting;
    row.lifted = plan.report.filter(each => isMount(each) && each.outcome === 'migrated').length;
    row.manual = reasons(plan);
    await applyPlan(plan, { force: true });
    row.wrong.push(...newProblems(copy, before.index, names));
    await convertAll(copy, row);
    row.wrong.push(...newProblems(copy, before.index, names));
  } catch (error) {
    row.note = error.message;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return row;
}

async function convertAll(copy, row) {
  const { plugins } = await scanBackend(copy);
  for (const plugin of plugins.filter(each => each.state === 'forklifted')) {
    const plan = await planConvert(copy, plugin.id);
    const counter = plugin.style === 'stock' || plan.step === 'replace-stock' ? row.stock : row.own;
    counter[1] += 1;
    if (plan.edits.length > 0) counter[0] += 1;
    else row.manual.push(...reasons(plan));
    const names = plugin.file && unknownNames(copy, plugin.file);
    await applyPlan(plan, { force: true });
    const kept = plan.edits.find(each => each.file === plugin.file && each.after !== null);
    if (kept) row.wrong.push(...newProblems(copy, plugin.file, names));
  }
}

function isMount(entry) {
  return /#(mounts|root-routers)$/.test(entry.guide);
}

function reasons(plan) {
  return plan.report
    .filter(each => each.outcome === 'manual' && !/in the version of your/.test(each.reason))
    .map(each => `${each.file.split('/').pop()}:${each.line ?? ''} ${each.reason}`);
}

/** Syntax errors, and names that nothing declares, which were not there before. */
function newProblems(root, file, before) {
  return [...unknownNames(root, file)]
    .filter(each => !before.has(each))
    .map(each => `${file}: ${each}`);
}

/** Names that a file uses and neither declares nor imports, and its syntax errors. */
function unknownNames(root, file) {
  const text = readFileSync(join(root, file), 'utf8');
  const options = { noResolve: true, noLib: true, types: [], target: ts.ScriptTarget.ES2022 };
  const source = ts.createSourceFile(file, text, options.target, true);
  const host = ts.createCompilerHost(options);
  const program = ts.createProgram([file], options, {
    ...host,
    getSourceFile: name => (name === file ? source : undefined),
  });
  const syntax = program.getSyntacticDiagnostics(source).map(each => flat(each));
  const semantic = program
    .getSemanticDiagnostics(source)
    .filter(each => [2304, 2503, 2552, 2451].includes(each.code))
    .map(each => flat(each))
    .filter(each => !/'(Promise|process|console|module|require)'/.test(each));
  return new Set([...syntax, ...semantic]);
}

function flat(diagnostic) {
  return ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
}

function notInstalled(path) {
  return !/\/(node_modules|\.git)(\/|$)/.test(path);
}

function print(results) {
  const width = Math.max(...results.map(each => each.name.length));
  const line = (name, ...cells) =>
    console.log(name.padEnd(width), ...cells.map(c => c.padStart(9)));
  line('repository', 'lifted', 'stock', 'own', 'manual', 'wrong', 'scan ms', 'lift ms');
  for (const each of results) {
    const share = ([done, all]) => `${done}/${all}`;
    line(
      each.name,
      share([each.lifted, each.mounts]),
      share(each.stock),
      share(each.own),
      String(each.manual.length),
      String(each.wrong.length),
      each.scan?.toFixed(0) ?? '-',
      each.lift?.toFixed(0) ?? '-',
    );
    for (const text of [each.note, ...each.wrong].filter(Boolean)) console.log(`    ${text}`);
    if (flags.includes('--manual'))
      for (const text of each.manual) console.log(`    manual ${text}`);
  }
  const sum = pick => results.reduce((total, each) => total + pick(each), 0);
  const percent = (done, all) => `${((100 * done) / all).toFixed(1)} %`;
  console.log(
    `\nlifted ${percent(
      sum(r => r.lifted),
      sum(r => r.mounts),
    )} of ${sum(r => r.mounts)}`,
  );
  console.log(
    `stock replaced ${percent(
      sum(r => r.stock[0]),
      sum(r => r.stock[1]),
    )} of ${sum(r => r.stock[1])}`,
  );
  console.log(
    `own converted ${percent(
      sum(r => r.own[0]),
      sum(r => r.own[1]),
    )} of ${sum(r => r.own[1])}`,
  );
  console.log(
    `wrong edits ${sum(r => r.wrong.length)}, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`,
  );
}
