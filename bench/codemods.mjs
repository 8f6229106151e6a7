/**
 * Runs the migration guides on a folder of checkouts and prints what became of each repository.
 * The checkouts are not changed: each is copied first.
 *
 *   npm run build && node bench/codemods.mjs <folder of checkouts> [options]
 *
 *   --by-hand <folder>  the same repositories after people migrated them: compares what stock files became
 *   --types             counts the type errors that were not there before (`npm ci` in test/interop first)
 *   --only <text>       the checkouts whose name contains it
 *   --manual            prints what is left to people
 *   --json              prints everything as JSON
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { compareWithHandMigration } from './codemods/by-hand.mjs';
import { convertPackages } from './codemods/packages.mjs';
import { typeErrorsOf } from './codemods/type-check.mjs';

const require = createRequire(import.meta.url);
const { scanBackend, planLift, planConvert, applyPlan } = require('../dist/migration-guides');
const ts = require('typescript');

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    'by-hand': { type: 'string' },
    types: { type: 'boolean' },
    only: { type: 'string' },
    manual: { type: 'boolean' },
    json: { type: 'boolean' },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error(
    'usage: node bench/codemods.mjs <folder of checkouts> [--by-hand <folder>] [--types]',
  );
  process.exit(2);
}

/** What the report says of a file that is neither stock nor a package of the repository. */
const NOT_PUBLISHED = /no published plugin that is known$/;

/** How many lines a mount may have. */
const STATEMENT_LINES = 12;

const rows = [];
for (const name of readdirSync(folder).sort()) {
  if (options.only === undefined || name.includes(options.only)) rows.push(await measure(name));
}
if (options.json) console.log(JSON.stringify(rows, undefined, 2));
else print(rows);

/** What the guides make of one repository. */
async function measure(name) {
  const copy = mkdtempSync(join(tmpdir(), 'forklift-codemods-'));
  const row = {
    name,
    mounts: 0,
    lifted: 0,
    manual: [],
    stock: [0, 0],
    own: [0, 0],
    packages: [0, 0],
    wrong: [],
    byHand: [],
    types: [],
  };
  try {
    cpSync(join(folder, name), copy, { recursive: true, filter: notInstalled });
    const started = performance.now();
    const before = await scanBackend(copy);
    row.scan = performance.now() - started;
    row.mounts = before.plugins.length + before.rootRouters.length;
    if (before.state !== 'legacy') return { ...row, mounts: 0, note: `is ${before.state}` };
    const names = unknownNames(before.root, before.index);
    const backend = join(before.root, before.backend);
    const errors = options.types ? typeErrorsOf(backend) : [];
    const lifting = performance.now();
    const plan = await planLift(copy);
    row.lift = performance.now() - lifting;
    row.lifted = plan.report.filter(each => isMount(each) && each.outcome === 'migrated').length;
    row.manual = reasons(plan);
    row.wrong.push(...unaccounted(before, plan));
    await applyPlan(plan, { force: true });
    row.wrong.push(...newProblems(before.root, before.index, names));
    const packages = await convertPackages(before, options);
    row.packages = [packages.converted, packages.all];
    row.manual.push(...packages.manual);
    const stock = await convertAll(copy, row);
    row.byHand = comparison(name, before, stock);
    row.types = options.types ? newErrors(errors, typeErrorsOf(backend)) : [];
    row.types.push(...packages.types);
    row.wrong.push(...newProblems(before.root, before.index, names));
  } catch (error) {
    row.note = error.message;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return row;
}

/** Mounts and plugin files of an inventory of which the report of the lift says nothing. */
function unaccounted({ index, plugins, rootRouters }, { report }) {
  const lines = new Set(report.filter(each => each.file === index).map(each => each.line));
  const files = new Set(report.map(each => each.file));
  const silent = plugins.filter(each => each.file !== null && !files.has(each.file));
  // An entry is about a statement or a call, which may begin some lines above its router.
  const isNear = ({ line }) => [...lines].some(each => Math.abs(each - line) <= STATEMENT_LINES);
  return [
    ...silent.map(each => `the report of the lift says nothing about ${each.file}`),
    ...[...plugins, ...rootRouters]
      .filter(each => !isNear(each))
      .map(each => `the report of the lift says nothing about ${index}:${each.line}`),
  ];
}

/** What stock files became, beside what people made of them. */
function comparison(name, { root, index }, ids) {
  const theirs = options['by-hand'] && join(options['by-hand'], name, index);
  if (!theirs || !existsSync(theirs)) return [];
  const old = join(folder, name, dirname(index), 'plugins');
  return compareWithHandMigration(ids, join(root, index), theirs, old);
}

/** Errors that were not there before, as often as they are new. */
function newErrors(before, after) {
  const left = [...before];
  return after.filter(each => {
    const index = left.indexOf(each);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

/** Converts plugin after plugin, as long as one makes way for another; returns those that were stock. */
async function convertAll(copy, row) {
  const left = new Map();
  const stock = new Set();
  for (let changed = true; changed;) {
    changed = false;
    const { root, plugins } = await scanBackend(copy);
    for (const plugin of plugins.filter(each => each.state === 'forklifted')) {
      const plan = await planConvert(copy, plugin.id);
      const isStock = isOfPublished(plugin, plan);
      if (isStock) stock.add(plugin.id);
      if (plan.edits.length === 0) {
        left.set(plugin.id, { isStock, reasons: reasons(plan) });
        continue;
      }
      left.delete(plugin.id);
      (isStock ? row.stock : row.own)[0] += 1;
      (isStock ? row.stock : row.own)[1] += 1;
      const kept = plan.edits.find(each => each.file === plugin.file && each.after !== null);
      const names = kept && unknownNames(root, plugin.file);
      await applyPlan(plan, { force: true });
      if (kept) row.wrong.push(...newProblems(root, plugin.file, names));
      changed = true;
    }
  }
  for (const each of left.values()) {
    (each.isStock ? row.stock : row.own)[1] += 1;
    row.manual.push(...each.reasons);
  }
  return [...stock];
}

/** True for a file that wires a published plugin; those of packages of the repository are counted there. */
function isOfPublished({ style }, { step, report }) {
  if (style === 'stock') return true;
  return step === 'replace-stock' && !report.some(each => NOT_PUBLISHED.test(each.reason));
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
    .filter(each => !/'(Promise|Object|Pick|process|console|module|require)'/.test(each));
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
  line('repository', 'lifted', 'stock', 'own', 'packages', 'manual', 'wrong', 'scan ms', 'lift ms');
  for (const each of results) {
    const share = ([done, all]) => `${done}/${all}`;
    line(
      each.name,
      share([each.lifted, each.mounts]),
      share(each.stock),
      share(each.own),
      share(each.packages),
      String(each.manual.length),
      String(each.wrong.length),
      each.scan?.toFixed(0) ?? '-',
      each.lift?.toFixed(0) ?? '-',
    );
    for (const text of [each.note, ...each.wrong].filter(Boolean)) console.log(`    ${text}`);
    for (const text of each.types) console.log(`    type ${text.slice(0, 200)}`);
    for (const { id, outcome, missing } of each.byHand) {
      if (outcome !== 'same') console.log(`    by hand ${id}: ${outcome} ${missing.join(' ')}`);
    }
    if (options.manual) for (const text of each.manual) console.log(`    manual ${text}`);
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
  const byHand = results.flatMap(each => each.byHand.map(({ outcome }) => outcome));
  if (byHand.length > 0) {
    const count = outcome => byHand.filter(each => each === outcome).length;
    console.log(
      `of ${byHand.length} stock files that people replaced: ${percent(
        count('same') + count('more') + count('kept'),
        byHand.length,
      )} replaced (${count('same')} by the same features, ${count('more')} where people added what the file had not, ` +
        `${count('kept')} with code kept as a module), ` +
        `${count('less')} with modules missing, ${count('left')} left`,
    );
  }
  console.log(
    `own converted ${percent(
      sum(r => r.own[0]),
      sum(r => r.own[1]),
    )} of ${sum(r => r.own[1])}`,
  );
  console.log(
    `packages converted ${percent(
      sum(r => r.packages[0]),
      sum(r => r.packages[1]),
    )} of ${sum(r => r.packages[1])}`,
  );
  if (options.types) console.log(`new type errors ${sum(r => r.types.length)}`);
  console.log(
    `wrong edits ${sum(r => r.wrong.length)}, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`,
  );
}
