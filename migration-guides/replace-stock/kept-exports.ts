import { ts } from 'ts-morph';
import { GuideError } from '../engine/errors';
import { parseModule } from '../engine/parse-module';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import { readSource, type SourceText } from '../engine/read-source';

/**
 * The importers of a plugin's file for which its module is no replacement: those that import anything
 * but named exports that the module still has. What the default export was is gone.
 *
 * @param root - absolute folder of the repository
 * @param module - the file with the text that it will have
 */
export function importersLeftOut(
  root: string,
  importers: readonly string[],
  module: SourceText,
): string[] {
  const kept = namedExports(parseModule(module).sourceFile);
  return importers.filter(each => {
    const uses = usesOf(root, each, module.file);
    return !uses?.every(use => namesImported(use)?.every(name => kept.has(name)));
  });
}

/**
 * Where a file names another one: in an import, an export, a call of `require` or of a mock. Undefined
 * for a file that can not be read.
 */
function usesOf(root: string, from: string, file: string): ts.Node[] | undefined {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && resolveModule(root, from, node.text) === file) {
      found.push(node.parent);
    }
    ts.forEachChild(node, visit);
  };
  try {
    visit(parseModule(readSource(root, from)).sourceFile);
    return found;
  } catch (error) {
    if (error instanceof GuideError) return undefined;
    throw error;
  }
}

/** The names in `import { a, b as c } from '...'`; undefined for anything else. */
function namesImported(use: ts.Node): string[] | undefined {
  if (!ts.isImportDeclaration(use) || !use.importClause || use.importClause.name) return undefined;
  const { namedBindings } = use.importClause;
  if (!namedBindings || !ts.isNamedImports(namedBindings)) return undefined;
  return namedBindings.elements.map(each => (each.propertyName ?? each.name).text);
}

/** The names that a file exports by itself, other than its default export. */
function namedExports({ statements }: ts.SourceFile): ReadonlySet<string> {
  const names = statements.flatMap(each => {
    if (ts.isExportDeclaration(each) && each.exportClause && ts.isNamedExports(each.exportClause)) {
      return each.exportClause.elements.map(own => own.name.text);
    }
    return isExported(each) ? declaredBy(each) : [];
  });
  return new Set(names.filter(each => each !== 'default'));
}

function isExported(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  const kinds = (ts.getModifiers(statement) ?? []).map(each => each.kind);
  return (
    kinds.includes(ts.SyntaxKind.ExportKeyword) && !kinds.includes(ts.SyntaxKind.DefaultKeyword)
  );
}

function declaredBy(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations
      .map(each => each.name)
      .filter(ts.isIdentifier)
      .map(each => each.text);
  }
  const { name } = statement as ts.DeclarationStatement;
  return name && ts.isIdentifier(name) ? [name.text] : [];
}
