import { posix } from 'node:path';
import { Project, ts } from 'ts-morph';
import { STUBS } from './stubs';

/** Files by path, with their texts. */
export type Texts = ReadonlyMap<string, string>;

/** Something that is wrong with a file's types. */
export interface TypeProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** The types of a repository's own files; of other packages only what is known of loggers. */
export interface LoggerProgram {
  /** Replaces texts of files. */
  change(texts: Texts): void;
  /** What does not fit, and where a logger is handed to code that is not known. */
  problems(): TypeProblem[];
  /** The files that a file imports, as far as they are of the repository. */
  importsOf(file: string): readonly string[];
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  lib: ['lib.es2022.d.ts'],
  types: [],
  jsx: ts.JsxEmit.Preserve,
  strict: true,
  // As in the configuration of Backstage's CLI.
  useUnknownInCatchVariables: false,
  noEmit: true,
  skipLibCheck: true,
};

const ENDINGS = ['.ts', '.tsx', '/index.ts', '/index.tsx'];

/** Packages whose functions have taken a LoggerService since it exists. */
const TAKES_SERVICES =
  /^(@backstage\/backend-(common|defaults|app-api|plugin-api|test-utils)(\/.*)?|backstage-forklift(\/.*)?)$/;

/**
 * @param packages - entry files of the repository's packages by their names
 */
export function makeLoggerProgram(
  texts: Texts,
  packages: ReadonlyMap<string, string>,
): LoggerProgram {
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: OPTIONS,
    resolutionHost: () => ({
      resolveModuleNames: (names, from) =>
        names.map(name => {
          const file = resolve(name, from);
          return file === undefined ? undefined : { resolvedFileName: file };
        }),
    }),
  });
  const stubOf = (name: string): string => `/stubs/${name}.d.ts`;
  const resolve = (name: string, from: string): string | undefined => {
    if (Object.hasOwn(STUBS, name)) return stubOf(name);
    const entry = packages.get(name);
    if (entry !== undefined) return `/${entry}`;
    if (!name.startsWith('.')) return undefined;
    const base = posix.join(posix.dirname(from), name.replace(/\.js$/, ''));
    return ENDINGS.map(each => base + each).find(each => texts.has(each.slice(1)));
  };
  for (const [name, text] of Object.entries(STUBS)) project.createSourceFile(stubOf(name), text);
  for (const [file, text] of texts) project.createSourceFile(`/${file}`, text);
  return {
    change: changed => {
      for (const [file, text] of changed)
        project.createSourceFile(`/${file}`, text, { overwrite: true });
    },
    problems: () => {
      const program = project.getProgram().compilerObject;
      const checker = program.getTypeChecker();
      return [...texts.keys()].flatMap(file => {
        const source = program.getSourceFile(`/${file}`);
        if (!source) return [];
        const wrong = program.getSemanticDiagnostics(source).map(each => ({
          file,
          line: lineAt(source, each.start ?? 0),
          message: ts.flattenDiagnosticMessageText(each.messageText, ' '),
        }));
        return [...wrong, ...leaks(checker, source, file)];
      });
    },
    importsOf: file => {
      const source = project.getProgram().compilerObject.getSourceFile(`/${file}`);
      const names = source?.statements
        .filter(each => ts.isImportDeclaration(each) || ts.isExportDeclaration(each))
        .flatMap(each =>
          each.moduleSpecifier && ts.isStringLiteral(each.moduleSpecifier)
            ? [each.moduleSpecifier.text]
            : [],
        );
      return (names ?? []).flatMap(name => resolve(name, `/${file}`)?.slice(1) ?? []);
    },
  };
}

function lineAt(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}

/** Arguments that are a LoggerService, or hold one, for functions of which nothing is known. */
function leaks(checker: ts.TypeChecker, source: ts.SourceFile, file: string): TypeProblem[] {
  const found: TypeProblem[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const isUnknown =
        isAny(checker.getTypeAtLocation(node.expression)) && !takesServices(checker, node);
      if (isUnknown && node.arguments?.some(each => holdsService(checker, each))) {
        const callee = node.expression.getText(source).split('\n')[0];
        found.push({
          file,
          line: lineAt(source, node.getStart()),
          message: `hands it to ${callee}`,
        });
      }
    }
    for (const each of unknownMessages(checker, node)) {
      const what = each.getText(source).split('\n')[0];
      found.push({
        file,
        line: lineAt(source, each.getStart()),
        message: `logs ${what}, whose type is not known`,
      });
    }
    const given = ts.isExpression(node) ? unknownTarget(checker, node) : undefined;
    if (given && holdsService(checker, given)) {
      found.push({
        file,
        line: lineAt(source, given.getStart()),
        message: 'hands it to something whose type is not known',
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What is logged and may be anything: a service takes a text, and an error or an object with it. */
function unknownMessages(checker: ts.TypeChecker, node: ts.Node): readonly ts.Expression[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  if (!isService(checker.getTypeAtLocation(node.expression.expression))) return [];
  return node.arguments.filter(
    each => isAny(checker.getTypeAtLocation(each)) && !isAnyForCertain(checker, each),
  );
}

/** True for what is `any` whatever other packages say: errors that are caught, and what is called so. */
function isAnyForCertain(checker: ts.TypeChecker, node: ts.Expression): boolean {
  if (ts.isConditionalExpression(node)) {
    return [node.whenTrue, node.whenFalse].every(each => isKnown(checker, each));
  }
  if (ts.isBinaryExpression(node)) {
    return [node.left, node.right].every(each => isKnown(checker, each));
  }
  if (ts.isAsExpression(node)) return true;
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) {
    return isAnyForCertain(checker, node.expression);
  }
  if (ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)) {
    return isAnyForCertain(checker, node.expression);
  }
  const declaration = checker.getSymbolAtLocation(node)?.valueDeclaration;
  if (!declaration) return false;
  if (ts.isCatchClause(declaration.parent)) return true;
  const isTyped = ts.isParameter(declaration) || ts.isVariableDeclaration(declaration);
  return isTyped && declaration.type?.kind === ts.SyntaxKind.AnyKeyword;
}

function isKnown(checker: ts.TypeChecker, node: ts.Expression): boolean {
  return !isAny(checker.getTypeAtLocation(node)) || isAnyForCertain(checker, node);
}

/** A value that is returned as, assigned to or declared with a type that is not known. */
function unknownTarget(checker: ts.TypeChecker, node: ts.Expression): ts.Expression | undefined {
  const { parent } = node;
  const isGiven =
    (ts.isVariableDeclaration(parent) &&
      parent.type !== undefined &&
      parent.initializer === node) ||
    (ts.isPropertyDeclaration(parent) &&
      parent.type !== undefined &&
      parent.initializer === node) ||
    (ts.isReturnStatement(parent) && parent.expression === node) ||
    (ts.isArrowFunction(parent) && parent.body === node) ||
    (ts.isBinaryExpression(parent) &&
      parent.right === node &&
      parent.operatorToken.kind === ts.SyntaxKind.EqualsToken);
  if (!isGiven) return undefined;
  const target = checker.getContextualType(node);
  return target && isAny(target) ? node : undefined;
}

function isAny(type: ts.Type): boolean {
  return (type.flags & ts.TypeFlags.Any) !== 0;
}

/** A service, or an object with one; in objects that are written out, at any depth. */
function holdsService(checker: ts.TypeChecker, node: ts.Expression): boolean {
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.some(each => {
      if (ts.isPropertyAssignment(each)) return holdsService(checker, each.initializer);
      if (ts.isShorthandPropertyAssignment(each)) return holdsService(checker, each.name);
      return ts.isSpreadAssignment(each) && holdsService(checker, each.expression);
    });
  }
  if (ts.isArrayLiteralExpression(node))
    return node.elements.some(each => holdsService(checker, each));
  const type = checker.getTypeAtLocation(node);
  if (isService(type)) return true;
  return type
    .getProperties()
    .some(each => isPublic(each) && isService(checker.getTypeOfSymbol(each)));
}

function isPublic({ declarations = [] }: ts.Symbol): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return declarations.every(each => (ts.getCombinedModifierFlags(each) & hidden) === 0);
}

function isService(type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some(each => (each.aliasSymbol ?? each.symbol)?.name === 'LoggerService');
}

/** True for functions of packages that take services: `UrlReaders.default({ logger })`. */
function takesServices(
  checker: ts.TypeChecker,
  { expression }: ts.CallExpression | ts.NewExpression,
) {
  let first: ts.Node = expression;
  while (ts.isPropertyAccessExpression(first) || ts.isCallExpression(first))
    first = first.expression;
  const declaration = checker.getSymbolAtLocation(first)?.declarations?.[0];
  const imported = declaration && ts.findAncestor(declaration, ts.isImportDeclaration);
  if (!imported || !ts.isStringLiteral(imported.moduleSpecifier)) return isAssertion(first);
  return TAKES_SERVICES.test(imported.moduleSpecifier.text);
}

/** `expect(logger)` and the like. */
function isAssertion(node: ts.Node): boolean {
  return ts.isIdentifier(node) && ['expect', 'assert', 'console'].includes(node.text);
}
