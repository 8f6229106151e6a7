import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as legacy from 'backstage-forklift/legacy';
import * as testing from 'backstage-forklift/testing';
import { expect } from 'chai';
import ts from 'typescript';

const root = join(__dirname, '../..');
const portal = join(root, 'examples/legacy-portal');
const old = createRequire(join(portal, 'package.json'));

/** Entry points of the old packages, and where the same is found here. */
const ENTRIES: Array<[old: string, ours: string, exports: object]> = [
  ['@backstage/backend-common', 'backstage-forklift/legacy', legacy],
  ['@backstage/backend-common/alpha', 'backstage-forklift/legacy', legacy],
  ['@backstage/backend-common/testUtils', 'backstage-forklift/testing', testing],
  ['@backstage/backend-tasks', 'backstage-forklift/legacy', legacy],
];

/** Types with a parameter, by an argument for it. */
const TYPE_ARGUMENTS: { [name in string]: string } = {
  LegacyCreateRouter: '<{ logger: import("winston").Logger }>',
};

/** Types of what users pass in, whose parts need not be those of the old packages. */
const INPUTS = ['KubernetesContainerRunnerOptions', 'LegacyCreateRouter'];
/** Types of what users are given only. */
const OUTPUTS = ['ServiceBuilder'];
/** Since release 0.6 schedules may have no time but a trigger. The portal has a release before that. */
const WIDER_SINCE = ['TaskScheduleDefinition', 'readTaskScheduleDefinitionFromConfig'];
/** What is no remnant of the old system but the way out of it. */
const BRIDGES = [
  ...['legacyPlugin', 'makeLegacyPlugin', 'LegacyCreateRouter'],
  ...['cacheToPluginCacheManager', 'loggerToWinstonLogger'],
];

/**
 * Private members make classes comparable with themselves only; what users see of the old ones is
 * all that can be asked of another class.
 */
const PRELUDE = `
type Plain = string | number | boolean | undefined | null | Promise<any> | ((...args: any) => any);
type Visible<T> = T extends Plain ? T : { [K in keyof T]: T[K] };
type VisibleClass<T> = {
  [K in Exclude<keyof T, 'prototype'>]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Visible<R>
    : T[K];
};
type VisibleConstructor<T> = T extends new (...args: infer A) => infer I
  ? new (...args: A) => Visible<I> : unknown;
type VisibleValue<T> = T extends (...args: any) => any ? T
  : T extends { prototype: any } ? VisibleClass<T> & VisibleConstructor<T> : T;
`;

describe('the old surface beside the published packages', () => {
  const common = JSON.parse(
    readFileSync(old.resolve('@backstage/backend-common/package.json'), 'utf8'),
  );

  it('is that of the last release', () => {
    expect(common.version).to.equal('0.25.0');
  });

  for (const [entry, name, ours] of ENTRIES) {
    it(`has every value of ${entry} in ${name}`, () => {
      expect(ours).to.include.all.keys(Object.keys(old(entry)));
    });
  }

  it('can stand in for it type by type', function typeByType() {
    this.timeout(120_000);
    const sources = ENTRIES.map(([entry, name], index) => ({
      file: join(root, 'test/legacy', `old-surface-${index}.ts`),
      text: comparison(entry, name),
    }));
    expect(diagnose(sources)).to.deep.equal([]);
  });

  it('says of everything what replaces it', () => {
    const program = createProgram([]);
    const checker = program.getTypeChecker();
    const source = program.getSourceFile(join(root, 'legacy/index.ts'))!;
    const exported = new Map(
      checker
        .getExportsOfModule(checker.getSymbolAtLocation(source)!)
        .map(symbol => [symbol.name, resolved(checker, symbol)]),
    );
    const names = ENTRIES.filter(([, ours]) => ours === 'backstage-forklift/legacy')
      .flatMap(([entry]) => exportsOf(entry))
      .map(({ name }) => name);
    const bare = [...new Set(names)].filter(
      name =>
        !BRIDGES.includes(name) &&
        !exported.get(name)!.getJsDocTags(checker).some(isDeprecationWithAdvice),
    );
    expect(bare).to.deep.equal([]);
  });
});

/** A file that compiles only when ours is assignable to the old one, and old values to our types. */
function comparison(entry: string, name: string): string {
  const lines = exportsOf(entry).map(({ name: each, isValue, isType }) => {
    const args = TYPE_ARGUMENTS[each] ?? '';
    const [theirs, mine] = [`old.${each}${args}`, `ours.${each}${args}`];
    return [
      isValue &&
        !WIDER_SINCE.includes(each) &&
        `export const value_${each}: VisibleValue<typeof old.${each}> = ours.${each};`,
      isType &&
        ![...INPUTS, ...WIDER_SINCE].includes(each) &&
        `export const made_${each} = (it: ${mine}): Visible<${theirs}> => it;`,
      isType &&
        !isValue &&
        !OUTPUTS.includes(each) &&
        `export const taken_${each} = (it: ${theirs}): ${mine} => it;`,
    ]
      .filter(Boolean)
      .join('\n');
  });
  const declarations = declarationsOf(entry).replace(/\.d\.ts$/, '');
  return [
    `import * as old from '${declarations}';`,
    `import * as ours from '${name}';`,
    PRELUDE,
    ...lines,
  ].join('\n');
}

function declarationsOf(entry: string): string {
  return old.resolve(entry).replace(/\.cjs\.js$/, '.d.ts');
}

function exportsOf(entry: string) {
  const file = declarationsOf(entry);
  const program = ts.createProgram([file], { noResolve: true, types: [] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file)!;
  return checker.getExportsOfModule(checker.getSymbolAtLocation(source)!).map(symbol => {
    const { flags } = resolved(checker, symbol);
    return {
      name: symbol.name,
      isValue: (flags & ts.SymbolFlags.Value) !== 0,
      isType: (flags & ts.SymbolFlags.Type) !== 0,
    };
  });
}

function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function isDeprecationWithAdvice({ name, text = [] }: ts.JSDocTagInfo): boolean {
  return name === 'deprecated' && text.some(part => part.text.length > 0);
}

function createProgram(sources: Array<{ file: string; text: string }>): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  host.readFile = file => texts.get(file) ?? readFile.call(host, file);
  host.fileExists = file => texts.has(file) || fileExists.call(host, file);
  return ts.createProgram({
    rootNames: [...texts.keys(), join(root, 'legacy/index.ts')],
    options: { ...options, noEmit: true },
    host,
  });
}

function diagnose(sources: Array<{ file: string; text: string }>): string[] {
  const program = createProgram(sources);
  return sources.flatMap(({ file, text }) =>
    program.getSemanticDiagnostics(program.getSourceFile(file)!).map(({ start, messageText }) => {
      const line = text.slice(0, start).split('\n').length - 1;
      return `${text.split('\n')[line]}\n${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    }),
  );
}
