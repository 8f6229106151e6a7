import { ts } from 'ts-morph';
import { Obstacle } from '../engine/obstacle';
import type { ParsedModule } from '../engine/parse-module';
import type { ParsedPackage } from '../engine/parse-package';
import type { FunctionWithBody } from '../engine/plugin-file/plugin-function';
import { unwrap } from '../engine/unwrap';

/** What makes a package's router, and how it is called. */
export interface RouterEntry {
  /** The file that declares it. */
  readonly module: ParsedModule;
  /** The exported name: a function's, or a class's. */
  readonly name: string;
  readonly parameters: readonly ts.ParameterDeclaration[];
  /** Undefined for a class. */
  readonly function: FunctionWithBody | undefined;
  /** The statement that is to be marked as deprecated. */
  readonly statement: ts.Node;
  /** How a builder is made: `new`, or its static method; undefined for a function. */
  readonly builder: { readonly maker: string; readonly result: 'router' | 'object' } | undefined;
}

const MAKERS = ['createBuilder', 'create', 'fromConfig', 'fromEnv'];

/**
 * Finds a declaration that makes a router.
 *
 * @param file - whose exports are looked at, those that it passes on included
 * @param names - the exports to try, in this order; all that look like it when left out
 */
export function findRouterEntry(
  { modules, checker }: ParsedPackage,
  file: string,
  names?: readonly string[],
): RouterEntry | undefined {
  const index = modules.get(file);
  const symbol = index && checker.getSymbolAtLocation(index.sourceFile);
  if (!symbol) return undefined;
  const exported = checker.getExportsOfModule(symbol);
  const wanted = names ?? namesIn(exported);
  if (!names && wanted.includes('createRouter')) assertOnly(checker, exported);
  for (const name of wanted) {
    const found = exported.find(each => each.name === name);
    const entry = found && entryOf(modules, checker, found);
    if (entry) return entry;
  }
  return undefined;
}

/**
 * Checks that nothing else that a package exports makes a router: what `createRouter` makes may then be
 * only a part of it.
 *
 * @throws Obstacle when a builder does, and `createRouter` does not use it
 */
function assertOnly(checker: ts.TypeChecker, exported: readonly ts.Symbol[]): void {
  const declarationOf = (each: ts.Symbol): ts.Declaration | undefined =>
    (each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each).declarations?.[0];
  const router = exported.find(each => each.name === 'createRouter');
  const text = (router && declarationOf(router)?.getText()) ?? '';
  for (const each of exported) {
    const declaration = declarationOf(each);
    if (!declaration || !ts.isClassDeclaration(declaration) || !/Builder$/.test(each.name))
      continue;
    const build = declaration.members.find(member => member.name?.getText() === 'build');
    if (build && /\bRouter\b/.test(build.getText()) && !text.includes(each.name)) {
      throw new Obstacle(
        `exports createRouter and ${each.name}, and which of them serves the plugin is not known`,
        'before',
      );
    }
  }
}

/** `createRouter`, else the one function of such a name, else the one builder. */
function namesIn(exported: readonly ts.Symbol[]): string[] {
  const names = exported.map(each => each.name);
  if (names.includes('createRouter')) return ['createRouter'];
  const routers = names.filter(each => /^create\w*Router$/.test(each));
  if (routers.length > 0) return routers.length === 1 ? routers : [];
  const builders = names.filter(each => /Builder$/.test(each));
  return builders.length === 1 ? builders : [];
}

function entryOf(
  modules: ParsedPackage['modules'],
  checker: ts.TypeChecker,
  exported: ts.Symbol,
): RouterEntry | undefined {
  const symbol =
    exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const declaration = symbol.declarations?.at(-1);
  const module = declaration && modules.get(declaration.getSourceFile().fileName.slice(1));
  const name = symbol.name === 'default' ? exported.name : symbol.name;
  if (!module || !isExported(checker, module, symbol, name)) return undefined;
  const base = { module, name, builder: undefined };
  if (ts.isFunctionDeclaration(declaration) && declaration.body) {
    const made = declaration as FunctionWithBody;
    const statement = symbol.declarations?.[0] ?? declaration;
    return { ...base, parameters: made.parameters, function: made, statement };
  }
  if (ts.isClassDeclaration(declaration)) return builderOf(checker, module, declaration);
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  const made = unwrap(declaration.initializer);
  if (!ts.isArrowFunction(made) && !ts.isFunctionExpression(made)) return undefined;
  const statement = declaration.parent.parent;
  return { ...base, parameters: made.parameters, function: made, statement };
}

/** True when the file that declares it exports it under a name. */
function isExported(
  checker: ts.TypeChecker,
  module: ParsedModule,
  symbol: ts.Symbol,
  name: string,
): boolean {
  const file = checker.getSymbolAtLocation(module.sourceFile);
  const exported = file && checker.getExportsOfModule(file);
  return (exported ?? []).some(
    each =>
      each.name === name &&
      (each === symbol ||
        (each.flags & ts.SymbolFlags.Alias && checker.getAliasedSymbol(each) === symbol)),
  );
}

function builderOf(
  checker: ts.TypeChecker,
  module: ParsedModule,
  declaration: ts.ClassDeclaration,
): RouterEntry | undefined {
  const name = declaration.name?.text;
  const methods = declaration.members.filter(ts.isMethodDeclaration);
  const build = methods.find(each => each.name.getText() === 'build' && !isStatic(each));
  const result = build && resultOf(checker, build);
  if (name === undefined || !result || (build?.parameters.length ?? 0) > 0) return undefined;
  const maker = MAKERS.map(each =>
    methods.find(method => isStatic(method) && method.name.getText() === each),
  ).find(each => each !== undefined);
  const constructor = declaration.members.find(ts.isConstructorDeclaration);
  const made = maker ?? constructor;
  if (!made || (!maker && !isPublic(made))) return undefined;
  return {
    module,
    name,
    parameters: made.parameters,
    function: undefined,
    statement: declaration,
    builder: { maker: maker ? maker.name.getText() : 'new', result },
  };
}

/** What `build()` gives: a router, or an object with nothing else in it. */
function resultOf(
  checker: ts.TypeChecker,
  build: ts.MethodDeclaration,
): 'router' | 'object' | undefined {
  const signature = checker.getSignatureFromDeclaration(build);
  if (!signature) return undefined;
  const returned = checker.getReturnTypeOfSignature(signature);
  const inner = checker.getAwaitedType(returned) ?? returned;
  const names = inner.getProperties().map(each => each.name);
  if (names.length === 1 && names[0] === 'router') return 'object';
  return /\bRouter\b/.test(build.type?.getText() ?? '') && names.length === 0
    ? 'router'
    : undefined;
}

function isStatic(node: ts.MethodDeclaration): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
}

function isPublic(node: ts.Declaration): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (ts.getCombinedModifierFlags(node) & hidden) === 0;
}
