import { ts } from 'ts-morph';
import { declarationOf, importOf, importsOf } from '../bindings';
import type { ParsedModule } from '../parse-module';
import { unwrap } from '../unwrap';

/** A feature that a new-style index.ts adds. */
export interface AddedFeature {
  /** The statement `backend.add(...)`, or `yield ...` in a feature loader. */
  readonly statement: ts.Statement;
  /** The feature itself. */
  readonly expression: ts.Expression;
  /** The specifier of its import(...); undefined for values. */
  readonly module: string | undefined;
  readonly legacy: LegacyCall | undefined;
  /** A plugin or module that is written in index.ts itself. */
  readonly own?: OwnFeature;
}

/** `createBackendPlugin({ pluginId: 'x', ... })` in index.ts. */
export interface OwnFeature {
  readonly pluginId: string;
  /** Undefined for a plugin. */
  readonly moduleId: string | undefined;
}

/** A call of legacyPlugin, or of what makeLegacyPlugin made. */
export interface LegacyCall {
  readonly id: string;
  readonly options: ts.ObjectLiteralExpression | undefined;
  /** The export that it takes from the module; undefined when a function of its own is around it. */
  readonly exported: string | undefined;
}

/** An index.ts that calls createBackend. */
export interface NewBackend {
  readonly module: ParsedModule;
  readonly runtime: 'forklift' | 'backstage' | null;
  readonly features: readonly AddedFeature[];
}

const RUNTIMES: Readonly<Record<string, 'forklift' | 'backstage'>> = {
  'backstage-forklift': 'forklift',
  '@backstage/backend-defaults': 'backstage',
  '@backstage/backend-app-api': 'backstage',
};

const BACKEND_MAKERS = new Set(['createBackend', 'createSpecializedBackend']);

/** Reads an index.ts of the new system; undefined when it makes no backend. */
export function readNewBackend(module: ParsedModule): NewBackend | undefined {
  const maker = importsOf(module).find(each => BACKEND_MAKERS.has(each.imported));
  if (!maker) return undefined;
  const features: AddedFeature[] = [];
  const visit = (node: ts.Node): void => {
    const expression = addedBy(module, node);
    const statement = expression && ts.findAncestor(node, ts.isStatement);
    if (expression && statement && !isLoader(module, expression)) {
      features.push(featureOf(module, expression, statement));
    } else ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  return { module, runtime: RUNTIMES[maker.module] ?? null, features };
}

function addedBy(module: ParsedModule, node: ts.Node): ts.Expression | undefined {
  if (ts.isYieldExpression(node)) return node.expression;
  if (!ts.isCallExpression(node) || node.arguments.length !== 1) return undefined;
  const { expression } = node;
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'add') {
    return undefined;
  }
  return isBackend(module, expression.expression) ? node.arguments[0] : undefined;
}

function isBackend(module: ParsedModule, receiver: ts.Expression): boolean {
  if (!ts.isIdentifier(receiver)) return false;
  const declaration = declarationOf(module, receiver);
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) {
    return false;
  }
  const made = unwrap(declaration.initializer);
  if (!ts.isCallExpression(made)) return false;
  return BACKEND_MAKERS.has(importOf(module, made.expression)?.imported ?? '');
}

function isLoader(module: ParsedModule, expression: ts.Expression): boolean {
  const call = unwrap(expression);
  if (!ts.isCallExpression(call)) return false;
  return importOf(module, call.expression)?.imported === 'createBackendFeatureLoader';
}

function featureOf(
  module: ParsedModule,
  expression: ts.Expression,
  statement: ts.Statement,
): AddedFeature {
  const call = unwrap(expression);
  const base = { statement, expression, module: importedModule(expression), legacy: undefined };
  const own = ownFeature(module, call);
  if (own) return { ...base, module: undefined, own };
  if (!ts.isCallExpression(call) || !isLegacyMaker(module, call.expression)) return base;
  const [id, source, options] = call.arguments;
  if (!id || !ts.isStringLiteralLike(id) || !source) return base;
  return {
    ...base,
    module: importedModule(source),
    legacy: {
      id: id.text,
      options: options && ts.isObjectLiteralExpression(options) ? options : undefined,
      exported: exportTakenBy(source),
    },
  };
}

function ownFeature(module: ParsedModule, call: ts.Expression): OwnFeature | undefined {
  if (!ts.isCallExpression(call)) return undefined;
  const maker = importOf(module, call.expression)?.imported;
  const [options] = call.arguments;
  const isMaker = maker === 'createBackendPlugin' || maker === 'createBackendModule';
  if (!isMaker || !options || !ts.isObjectLiteralExpression(options)) return undefined;
  const textOf = (name: string): string | undefined => {
    const found = options.properties.find(each => each.name?.getText() === name);
    const value = found && ts.isPropertyAssignment(found) ? found.initializer : undefined;
    return value && ts.isStringLiteralLike(value) ? value.text : undefined;
  };
  const pluginId = textOf('pluginId');
  return pluginId === undefined ? undefined : { pluginId, moduleId: textOf('moduleId') };
}

/** legacyPlugin itself, or a variable made by makeLegacyPlugin. */
function isLegacyMaker(module: ParsedModule, callee: ts.Expression): boolean {
  if (!ts.isIdentifier(callee)) return false;
  if (importOf(module, callee)?.imported === 'legacyPlugin') return true;
  const declaration = declarationOf(module, callee);
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) {
    return false;
  }
  const made = unwrap(declaration.initializer);
  return (
    ts.isCallExpression(made) && importOf(module, made.expression)?.imported === 'makeLegacyPlugin'
  );
}

/** The specifier in `import('x')` or `import('x').then(...)`. */
function importedModule(expression: ts.Expression): string | undefined {
  let found: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isImportCall(node)) {
      const [specifier] = node.arguments;
      if (specifier && ts.isStringLiteralLike(specifier)) found ??= specifier.text;
    }
    ts.forEachChild(node, visit);
  };
  visit(expression);
  return found;
}

/** The export that `import('x')` or `import('x').then(m => ({ default: m.name }))` stands for. */
function exportTakenBy(source: ts.Expression): string | undefined {
  if (isImportCall(unwrap(source))) return 'default';
  const picked =
    /^import\([^)]*\)\s*\.then\(\s*\(?(\w+)\)?\s*=>\s*\(\{\s*default:\s*\1\.(\w+),?\s*\}\),?\s*\)$/.exec(
      source.getText(),
    );
  return picked?.[2];
}

function isImportCall(node: ts.Node): boolean {
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
}
