import type MagicString from 'magic-string';
import { posix } from 'node:path';
import { ts } from 'ts-morph';
import { importsOf, referencesTo } from '../engine/bindings';
import { indented, printCall } from '../engine/code-style';
import { settleImports, type NewImport } from '../engine/edit-imports';
import { lineOf, type ParsedModule } from '../engine/parse-module';
import { editorOf, indentOf, lineRange, reindent } from '../engine/source-edit';
import { useOf, type DatedHome } from '../engine/source-step/dated-home';
import type { Finding, SourceCodemod, SourceRewrite } from '../engine/source-step/source-codemod';
import type { SourcePackage, SourceRepository } from '../engine/source-step/source-repository';
import { testMocksOf } from '../engine/source-step/test-mocks';
import { convertChangedOptions } from './changed-options';
import { convertDatabaseManagers } from './database-managers';
import { findOldSetUp, type OldSetUp } from './old-set-up';
import { plainPluginOf, pluginFileOf, type PlainPlugin } from './plain-plugin';

const TEST = /\.(test|spec)\.tsx?$/;

/** Roles of packages that run in a backend. */
const BACKEND = /^(backend|backend-plugin|backend-plugin-module|node-library)$/;

/** Lets tests of the backend use the test backend and the mocks of services. */
export const tests: SourceCodemod = {
  step: 'tests',
  marks:
    /\bcreateRouter\b|\bConfigReader\b|\bDatabaseManager\b|\b(ServerT|t)okenManager\b|\bgetIdentity\b/,
  replaces: ['@backstage/config'],
  start: repository => (module, owner) => rewrite(repository, module, owner),
};

function rewrite(
  repository: SourceRepository,
  module: ParsedModule,
  owner: SourcePackage,
): SourceRewrite {
  const unchanged = { text: module.text, uses: [] };
  if (!TEST.test(module.file) || !BACKEND.test(owner.manifest.backstage?.role ?? '')) {
    return { ...unchanged, findings: [] };
  }
  const mocks = testMocksOf(owner, 'the set-up of this test');
  const plugin = plainPluginOf(repository, owner);
  const hasPluginFile = repository.files.includes(pluginFileOf(owner));
  const setUp = findOldSetUp(repository.root, module, plugin, hasPluginFile);
  const readers = configReaders(module);
  const findings: Finding[] = [];
  if ('missing' in mocks) {
    const isOld = readers.length > 0 || (setUp !== undefined && !('obstacle' in setUp));
    return {
      ...unchanged,
      findings: [...tokenManagers(module), ...(isOld ? [{ line: 1, ...mocks.missing }] : [])],
    };
  }
  const editor = editorOf(module);
  const added: NewImport[] = [];
  if (setUp && 'obstacle' in setUp) {
    const reason = `makes a server of its own: ${setUp.obstacle}`;
    const line = lineOf(module, setUp.line);
    findings.push({ line, outcome: 'skipped', reason, anchor: 'routers-that-are-tested-alone' });
  } else if (setUp && plugin) {
    added.push(...useTestBackend(module, editor, { setUp, plugin, mocks: mocks.home }));
    const reason = `starts a test backend with the plugin '${plugin.id}'`;
    findings.push({ outcome: 'migrated', reason, anchor: 'servers-of-their-own' });
  }
  const gone = setUp && 'statements' in setUp ? [setUp.statements[0], ...setUp.obsolete] : [];
  const remaining = readers.filter(
    each => !gone.some(old => old.pos <= each.pos && each.end <= old.end),
  );
  for (const reader of remaining) useMockConfig(module, editor, reader);
  if (remaining.length > 0) {
    added.push({ module: mocks.home.module, name: 'mockServices' });
    findings.push({
      outcome: 'migrated',
      reason: 'takes the configuration from mockServices',
      anchor: 'what-changes',
    });
  }
  const options =
    gone.length === 0
      ? convertChangedOptions(repository, module, editor)
      : { mocks: [], findings: [] };
  findings.push(...options.findings);
  added.push(...options.mocks.map(name => ({ module: mocks.home.module, name })));
  const databases = convertDatabaseManagers(module, editor, owner, mocks.home, gone);
  findings.push(...databases.findings);
  if (databases.uses.length > 0) added.push({ module: mocks.home.module, name: 'mockServices' });
  if (added.length === 0) {
    return { ...unchanged, findings: [...findings, ...tokenManagers(module)] };
  }
  const text = settleImports(module, editor.toString(), added);
  const left = tokenManagers(module).filter(() => /\bServerTokenManager\b/.test(text));
  return {
    text,
    uses: [mocks.home, ...databases.uses].map(useOf),
    findings: [...findings, ...left],
  };
}

/** `new ConfigReader(data)` becomes `mockServices.rootConfig({ data })`. */
function useMockConfig(module: ParsedModule, editor: MagicString, reader: ts.NewExpression): void {
  const [data] = reader.arguments ?? [];
  const start = reader.getStart(module.sourceFile);
  if (!data || data.getText(module.sourceFile) === '{}') {
    editor.overwrite(start, reader.getEnd(), 'mockServices.rootConfig()');
    return;
  }
  const isBroken = data.getText(module.sourceFile).includes('\n');
  const indent = ' '.repeat(indentOf(module, reader));
  const [before, after] = isBroken ? [`\n${indent}  `, `,\n${indent}`] : [' ', ' '];
  const dataStart = data.getStart(module.sourceFile);
  editor.overwrite(start, dataStart, `mockServices.rootConfig({${before}data: `);
  editor.overwrite(data.getEnd(), reader.getEnd(), `${after}})`);
  if (isBroken) reindent(module, editor, data, 2);
}

/** `new ConfigReader(data)`, when the class is used for nothing else. */
function configReaders(module: ParsedModule): ts.NewExpression[] {
  const binding = importsOf(module).find(
    each => each.imported === 'ConfigReader' && each.module === '@backstage/config',
  );
  if (!binding) return [];
  const uses = referencesTo(module, binding.local).map(each => each.parent);
  const isPlain = uses.every(
    each => ts.isNewExpression(each) && (each.arguments?.length ?? 0) <= 1,
  );
  return isPlain ? (uses as ts.NewExpression[]) : [];
}

/** Token managers that a test makes: they go with the code that takes them. */
function tokenManagers(module: ParsedModule): Finding[] {
  return importsOf(module)
    .filter(
      each => each.module === '@backstage/backend-common' && each.imported === 'ServerTokenManager',
    )
    .map(({ local }) => ({
      line: lineOf(module, local),
      outcome: 'manual',
      reason:
        'makes a ServerTokenManager for code that takes one: mockServices.auth() stands for it ' +
        'when that code takes auth',
      anchor: 'services-made-by-hand',
    }));
}

function useTestBackend(
  module: ParsedModule,
  editor: MagicString,
  {
    setUp,
    plugin,
    mocks,
  }: { readonly setUp: OldSetUp; readonly plugin: PlainPlugin; readonly mocks: DatedHome },
): NewImport[] {
  const [first, second] = setUp.statements;
  const indent = indentOf(module, first);
  const name = plugin.exported === 'default' ? 'plugin' : plugin.exported;
  const data = setUp.config?.getText(module.sourceFile);
  const config = data === undefined ? [] : [`mockServices.rootConfig.factory({ data: ${data} })`];
  const features = { properties: [['features', { items: [name, ...config] }]] as const };
  const call = printCall(
    'await startTestBackend',
    [features],
    indent + `({ server: ${setUp.app} } = `.length,
  );
  const text = `({ server: ${setUp.app} } = ${indented(call, indent)});`;
  editor.overwrite(first.getStart(module.sourceFile), second.getEnd(), text);
  editor.overwrite(
    setUp.type.getStart(module.sourceFile),
    setUp.type.getEnd(),
    "TestBackend['server']",
  );
  for (const each of setUp.obsolete) {
    const range = lineRange(module, each);
    editor.remove(range.start, range.end + (module.text[range.end] === '\n' ? 1 : 0));
  }
  for (const path of setUp.paths) {
    editor.appendLeft(path.getStart(module.sourceFile) + 1, `/api/${plugin.id}`);
  }
  const relative = posix.relative(posix.dirname(module.file), plugin.file.replace(/\.ts$/, ''));
  const specifier = relative.startsWith('.') ? relative : `./${relative}`;
  return [
    ...(config.length > 0 ? [{ module: mocks.module, name: 'mockServices' }] : []),
    { module: mocks.module, name: 'startTestBackend' },
    { module: mocks.module, name: 'TestBackend' },
    { module: specifier, name: plugin.exported === 'default' ? 'default as plugin' : name },
  ];
}
