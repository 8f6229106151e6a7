import { existsSync, realpathSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { ts } from 'ts-morph';
import { GuideError } from './errors';
import type { ParsedModule } from './parse-module';
import { packageOf } from './plugin-file/describe-plugin-file';
import { resolveModule } from './plugin-file/resolve-module';
import { readSource, type SourceText } from './read-source';
import type { WorkspacePackage } from './workspace-package';

/** The sources of packages of the repository, with a checker that follows imports between them. */
export interface ParsedPackage {
  /** Every file of the repository that is reached, by path relative to its root. */
  readonly modules: ReadonlyMap<string, ParsedModule>;
  readonly checker: ts.TypeChecker;
}

const LIBRARY = '/lib.d.ts';

/** What types are computed with. Loading the real library would take longer than all the rest. */
const LIBRARY_TEXT = `
interface Array<T> { readonly length: number; [index: number]: T }
interface ReadonlyArray<T> { readonly length: number; readonly [index: number]: T }
interface Promise<T> { then<R>(done: (value: T) => R): Promise<R> }
interface Object {}
interface Function {}
interface CallableFunction extends Function {}
interface NewableFunction extends Function {}
interface IArguments {}
interface Boolean {}
interface Number {}
interface String {}
interface RegExp {}
type Partial<T> = { [P in keyof T]?: T[P] };
type Required<T> = { [P in keyof T]-?: T[P] };
type Readonly<T> = { readonly [P in keyof T]: T[P] };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Record<K extends keyof any, T> = { [P in K]: T };
type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never;
type Omit<T, K extends keyof any> = Pick<T, Exclude<keyof T, K>>;
type NonNullable<T> = T & {};
type Awaited<T> = T extends Promise<infer R> ? R : T;
type Parameters<T extends (...args: any) => any> = T extends (...args: infer P) => any ? P : never;
type ConstructorParameters<T extends abstract new (...args: any) => any> =
  T extends abstract new (...args: infer P) => any ? P : never;
type ReturnType<T extends (...args: any) => any> = T extends (...args: any) => infer R ? R : any;
`;

const OPTIONS: ts.CompilerOptions = {
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
};

/**
 * Parses a file and what it imports from the repository, its own files and those of other packages, and
 * the declarations of installed packages where there are any. No code is run.
 *
 * @param entry - relative to the root
 * @throws GuideError when a file of the repository that is reached has a syntax error
 */
export function parsePackage(
  root: string,
  packages: readonly WorkspacePackage[],
  entry: string,
): ParsedPackage {
  const sources = new Map<string, SourceText>();
  const read = (file: string): SourceText | undefined => {
    const known = sources.get(file);
    if (known) return known;
    if (!existsSync(join(root, file))) return undefined;
    const source = readSource(root, file);
    sources.set(file, source);
    return source;
  };
  const host = hostOf(root, packages, read);
  const program = ts.createProgram([`/${entry}`], OPTIONS, host);
  const checker = program.getTypeChecker();
  const modules = new Map<string, ParsedModule>();
  for (const [file, source] of sources) {
    if (file.includes('node_modules/')) continue;
    const sourceFile = program.getSourceFile(`/${file}`);
    if (!sourceFile) continue;
    const [problem] = program.getSyntacticDiagnostics(sourceFile);
    if (problem) throw unparsable(source.file, sourceFile, problem);
    modules.set(file, { ...source, sourceFile, checker });
  }
  return { modules, checker };
}

function hostOf(
  root: string,
  packages: readonly WorkspacePackage[],
  read: (file: string) => SourceText | undefined,
): ts.CompilerHost {
  const textOf = (name: string): string | undefined =>
    name === LIBRARY ? LIBRARY_TEXT : read(name.slice(1))?.text;
  return {
    getSourceFile: (name, options) => {
      const text = textOf(name);
      return text === undefined ? undefined : ts.createSourceFile(name, text, options, true);
    },
    fileExists: name => textOf(name) !== undefined,
    readFile: textOf,
    getDefaultLibFileName: () => LIBRARY,
    getCurrentDirectory: () => '/',
    getCanonicalFileName: name => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    writeFile: () => {},
    resolveModuleNameLiterals: (literals, containing) =>
      literals.map(({ text }) => {
        const from = containing.slice(1);
        const file = resolveIn(root, packages, from, text) ?? declarationsOf(root, from, text);
        return { resolvedModule: file === undefined ? undefined : resolved(file) };
      }),
  };
}

function resolved(file: string): ts.ResolvedModuleFull {
  const extension = /\.d\.[cm]?ts$/.test(file) ? ts.Extension.Dts : ts.Extension.Ts;
  return { resolvedFileName: `/${file}`, extension };
}

/**
 * The declarations of an installed package, relative to the root. Imports among declarations are not
 * followed: what a package says about itself is enough, and takes no time.
 */
function declarationsOf(root: string, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.') || from.includes('node_modules/')) return undefined;
  const { resolvedModule } = ts.resolveModuleName(
    specifier,
    join(root, from),
    { moduleResolution: ts.ModuleResolutionKind.Bundler, module: ts.ModuleKind.ESNext },
    ts.sys,
  );
  if (!resolvedModule || !/\.d\.[cm]?ts$/.test(resolvedModule.resolvedFileName)) return undefined;
  const file = relative(realpathSync(root), resolvedModule.resolvedFileName).split(sep).join('/');
  return file.startsWith('..') ? undefined : file;
}

/** The file of the repository behind an import, relative to its root. */
function resolveIn(
  root: string,
  packages: readonly WorkspacePackage[],
  from: string,
  specifier: string,
): string | undefined {
  if (specifier.startsWith('.')) return resolveModule(root, from, specifier);
  const name = packageOf({ module: specifier });
  const found = packages.find(each => each.name === name);
  if (!found) return undefined;
  const inside = specifier.slice(name.length + 1);
  const start = posix.join(found.folder, 'package.json');
  const candidates =
    inside === ''
      ? ['./src', `./${found.manifest.main ?? 'src/index.ts'}`]
      : [`./${inside}`, `./src/${inside}`];
  return candidates.map(each => resolveModule(root, start, each)).find(file => file !== undefined);
}

function unparsable(file: string, sourceFile: ts.SourceFile, problem: ts.DiagnosticWithLocation) {
  const { line, character } = sourceFile.getLineAndCharacterOfPosition(problem.start);
  return new GuideError(
    'UNPARSABLE_FILE',
    `${file}:${line + 1}:${character + 1} does not parse: ` +
      `${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}. Fix it, then run this again`,
    { file },
  );
}
